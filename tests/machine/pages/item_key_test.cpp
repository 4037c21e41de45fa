// What identifies an item of a list.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include "client/pages/item_key.hpp"

namespace vkxx::test {
namespace {

namespace json = boost::json;

TEST(ItemKey, IsThatOfTheMembersThatIdentifyAnItem) {
  const detail::key_seed seed{1, 2};
  const auto key = [&](const char* members, const char* text, std::size_t part = 0) {
    return detail::item_identity{members}.key_of(text, part, seed);
  };
  EXPECT_EQ(key("owner_id,id", R"({"id":1,"owner_id":2,"likes":3})"),
            key("owner_id,id", R"({"owner_id":2,"id":1,"likes":4})"));
  EXPECT_NE(key("owner_id,id", R"({"id":1,"owner_id":23})"),
            key("owner_id,id", R"({"id":3,"owner_id":12})"));
  EXPECT_EQ(key("owner_id,id", R"({"id":1})"), std::nullopt) << "a part identifies nothing";
  EXPECT_EQ(key("owner_id,id|id", R"({"id":1})"),
            key("owner_id,id|id", R"({"id":1,"owner_id":0})"));
  EXPECT_NE(key("owner_id,id|id", R"({"id":1})"),
            key("owner_id,id|id", R"({"id":1,"owner_id":1})"));
  EXPECT_EQ(key("conversation.peer.id", R"({"conversation":{"peer":{"id":5},"last":8}})"),
            key("conversation.peer.id", R"({"conversation":{"peer":{"id":5},"last":9}})"));
  EXPECT_EQ(key("id", R"({"date":1})"), std::nullopt);
  EXPECT_EQ(key("id", R"({"id":null})"), std::nullopt);
  EXPECT_NE(key(".", "1"), key(".", "2"));
  EXPECT_NE(key(".", R"("1")"), key(".", "1"));
  EXPECT_NE(key(".", "1", 0), key(".", "1", 1)) << "one of another inner list";
  EXPECT_NE(key(".", "1"), (detail::item_identity{"."}.key_of("1", 0, {3, 4})));
  EXPECT_FALSE(detail::item_identity{""});
}

TEST(ItemKey, DoesNotDependOnHowTheServerWritesAValue) {
  const auto key = [](const std::string& id) {
    return detail::item_identity{"id"}.key_of(R"({ "a" : [{"id":7}] ,"id" : )" + id + "}", 0, {});
  };
  const std::vector<std::pair<std::string, std::string>> same{
      {"1", "1"},
      {R"("a")", R"("\u0061")"},
      {R"("\u0416\"")", "\"\u0416\\\"\""},
      {"1.0", "1e0"},
      {"-12345678901234567", "-12345678901234567"},
      {"1e400", "1e500"},
  };
  for (const auto& [text, other] : same) {
    EXPECT_NE(key(text), std::nullopt) << text;
    EXPECT_EQ(key(text), key(other)) << text;
  }
  EXPECT_NE(key("12345678901234567890"), key("12345678901234567891"));
  EXPECT_NE(key("true"), key("false"));
  for (const auto* nothing : {"0", "-0", "0.0", "0e5", R"("")", "null", "{}", "[1]"}) {
    EXPECT_EQ(key(nothing), std::nullopt) << nothing;
  }
  EXPECT_EQ(detail::item_identity{"id"}.key_of(R"({"\u0069d":3})", 0, {}), key("3"));
  EXPECT_EQ(detail::item_identity{"id"}.key_of(R"([{"id":3}])", 0, {}), std::nullopt);
}

TEST(ItemKey, OfAWholeItemIsThatOfItsValue) {
  for (const auto* text : {"1", "-0", "1.50", R"("a\/b")", R"({ "a" : [ 1 , null ] })", "[]"}) {
    EXPECT_EQ(detail::value_key(text, 3, {}),
              detail::value_key(json::serialize(json::parse(text)), 3, {}));
  }
  EXPECT_NE(detail::value_key("1", 3, {}), detail::value_key("1", 4, {}));
}

// The reference value of SipHash-2-4 with 128 bits for 15 bytes.
TEST(ItemKey, IsASipHash) {
  std::string text;
  for (char c = 0; c < 15; ++c) text.push_back(c);
  const auto hash = detail::hash_of(text, {0x0706050403020100U, 0x0f0e0d0c0b0a0908U});
  EXPECT_EQ(hash.high, 0x11a8b03399e99354U);
  EXPECT_EQ(hash.low, 0xd9c3cf970fec087eU);
}

}  // namespace
}  // namespace vkxx::test
