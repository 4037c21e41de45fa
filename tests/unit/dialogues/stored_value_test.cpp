// Stored values: of all types, of any version, and of bytes that nobody wrote.
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <vkxx/dialogues/answer.hpp>
#include <vkxx/dialogues/stored_value.hpp>

namespace {

enum class stored_size { small, large };
BOOST_DESCRIBE_ENUM(stored_size, small, large)

struct stored_item {
  std::string name;
  double price = 0;
  [[nodiscard]] friend bool operator==(const stored_item&, const stored_item&) = default;
};
BOOST_DESCRIBE_STRUCT(stored_item, (), (name, price))

struct stored_basket {
  static constexpr std::string_view kind = "basket";
  static constexpr int version = 3;
  static vkxx::result<stored_basket> migrate(const vkxx::stored_value& old, int from);

  std::vector<stored_item> items;
  std::map<std::string, int> counts;
  std::optional<bool> paid;
  stored_size size = stored_size::small;
  vkxx::peer_id peer;
  std::uint64_t large = 0;
  std::int64_t negative = 0;
  [[nodiscard]] friend bool operator==(const stored_basket&, const stored_basket&) = default;
};
BOOST_DESCRIBE_STRUCT(stored_basket, (), (items, counts, paid, size, peer, large, negative))

struct first_basket {
  std::vector<std::string> items;
};
BOOST_DESCRIBE_STRUCT(first_basket, (), (items))

vkxx::result<stored_basket> stored_basket::migrate(const vkxx::stored_value& old, int from) {
  if (from == 2) throw std::runtime_error{"nobody reads version 2"};
  const auto before = old.as<first_basket>();
  if (!before) return before.error();
  stored_basket basket;
  for (const auto& name : before->items) basket.items.push_back({name, 1});
  return basket;
}

stored_basket full_basket() {
  stored_basket basket;
  basket.items = {{"Чай \"Ассам\"\n\x01", 1.5}, {"", -0.1}};
  basket.counts = {{"a", 1}, {"б/в", -2}};
  basket.paid = true;
  basket.size = stored_size::large;
  basket.peer = vkxx::peer_id{2'000'000'001};
  basket.large = (std::numeric_limits<std::uint64_t>::max)();
  basket.negative = (std::numeric_limits<std::int64_t>::min)();
  return basket;
}

TEST(StoredValue, ComesBackAsItWas) {
  const auto basket = full_basket();
  const auto bytes = vkxx::to_stored(basket);
  EXPECT_TRUE(bytes.starts_with(R"({"kind":"basket","version":3,"value":{)")) << bytes;
  const auto read = vkxx::from_stored<stored_basket>(bytes);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(*read, basket);
  EXPECT_EQ(*vkxx::from_stored<stored_basket>(vkxx::to_stored(stored_basket{})), stored_basket{});
}

TEST(StoredValue, ReplacesWhatJsonDoesNotHave) {
  EXPECT_EQ(vkxx::to_stored_json(std::numeric_limits<double>::infinity()), "0");
  EXPECT_EQ(vkxx::to_stored_json(std::string{"a\xFF"}), "\"a\xEF\xBF\xBD\"");
}

TEST(StoredValue, IsMigratedFromOlderVersions) {
  const auto read = vkxx::from_stored<stored_basket>(
      R"({"kind":"basket","version":1,"value":{"items":["tea","milk"]}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->items.at(1), (stored_item{"milk", 1}));
}

struct thrown_basket {
  static constexpr std::string_view kind = "basket";
  static constexpr int version = 2;
  static thrown_basket migrate(const vkxx::stored_value&, int) { throw 5; }
  int items = 0;
};
BOOST_DESCRIBE_STRUCT(thrown_basket, (), (items))

TEST(StoredValue, OfAMigrationThatThrowsAnythingCannotBeRead) {
  const auto read =
      vkxx::from_stored<thrown_basket>(R"({"kind":"basket","version":1,"value":{"items":1}})");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message().find("migrate failed"), std::string::npos);
}

// As stored before two members were added.
struct grown_visits {
  static constexpr std::string_view kind = "visits";
  std::int64_t count = 0;
  std::int64_t left = 7;
  std::optional<std::string> name;
};
BOOST_DESCRIBE_STRUCT(grown_visits, (), (count, left, name))

TEST(StoredValue, OfATypeThatHasGrownKeepsWhatItHad) {
  const auto read =
      vkxx::from_stored<grown_visits>(R"({"kind":"visits","version":1,"value":{"count":3}})");
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->count, 3);
  EXPECT_EQ(read->left, 7);
  // A member that was renamed is not one that was added.
  for (const std::string value : {R"({"number":3,"name":"a"})", R"({"count":"many"})", "[]"}) {
    EXPECT_FALSE(
        vkxx::from_stored<grown_visits>(R"({"kind":"visits","version":1,"value":)" + value + "}"));
  }
}

TEST(StoredValue, SaysWhyItCannotBeRead) {
  const auto reason = [](std::string_view bytes) {
    const auto read = vkxx::from_stored<stored_basket>(bytes);
    return read ? std::string{} : read.error().message();
  };
  EXPECT_NE(reason("").find("no kind, version and value"), std::string::npos);
  EXPECT_NE(reason(R"({"kind":"order","version":3,"value":{}})").find("of the kind order"),
            std::string::npos);
  EXPECT_NE(reason(R"({"kind":"basket","version":4,"value":{}})").find("newer version 4"),
            std::string::npos);
  EXPECT_NE(reason(R"({"kind":"basket","version":2,"value":{}})").find("nobody reads version 2"),
            std::string::npos);
  EXPECT_NE(reason(R"({"kind":"basket","version":1,"value":{"items":[1]}})").find("a text"),
            std::string::npos);
  const auto renamed = reason(R"({"kind":"basket","version":3,"value":{"items":[],"number":{}}})");
  EXPECT_NE(renamed.find("is missing"), std::string::npos);
}

// Whatever is in the store: a value or an error, and never an exception.
TEST(StoredValue, NeverThrowsWhateverIsStored) {
  std::mt19937 random{20'240'601};
  const auto good = vkxx::to_stored(full_basket());
  int read_ones = 0;
  for (int run = 0; run < 20'000; ++run) {
    auto bytes = good;
    for (auto changes = random() % 4; changes > 0; --changes) {
      const auto place = random() % bytes.size();
      switch (random() % 3) {
        case 0:
          bytes[place] = static_cast<char>(random() % 256);
          break;
        case 1:
          bytes.erase(place, random() % 20);
          break;
        default:
          bytes.insert(place, bytes.substr(random() % bytes.size(), random() % 20));
          break;
      }
      if (bytes.empty()) bytes = "{";
    }
    const auto read = vkxx::from_stored<stored_basket>(bytes);
    read_ones += read ? 1 : 0;
    if (!read) continue;
    EXPECT_TRUE(vkxx::from_stored<stored_basket>(vkxx::to_stored(*read)));
  }
  EXPECT_GT(read_ones, 1000);
  EXPECT_LT(read_ones, 19'000);
}

TEST(StoredValue, MayBeNestedDeeply) {
  constexpr std::size_t depth = 100;
  const auto value = std::string(depth, '[') + std::string(depth, ']');
  EXPECT_TRUE(vkxx::stored_value::read(R"({"kind":"tree","version":1,"value":)" + value + '}'));
}

TEST(ConversationOf, IsThatOfAMessageWithForwardsInForwards) {
  std::string message = R"("text":"inside")";
  for (int level = 0; level < 45; ++level)
    message = R"("text":"","fwd_messages":[{)" + message + "}]";
  vkxx::update_data data;
  data.type = "message_new";
  data.group = vkxx::group_id{1};
  data.object = R"({"message":{"peer_id":5,"from_id":5,)" + message + "}}";
  const vkxx::update received{data};
  const auto key = vkxx::conversation_of(received);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->person, vkxx::user_id{5});
  EXPECT_TRUE(vkxx::read_incoming_answer(received));
}

TEST(ConversationOf, IsThatOfEventsInItsLane) {
  const auto key_of = [](std::string type, std::string object) {
    vkxx::update_data data;
    data.type = std::move(type);
    data.group = vkxx::group_id{1};
    data.object = std::move(object);
    const auto key = vkxx::conversation_of(vkxx::update{data});
    return key ? std::to_string(key->peer.value()) + " " + std::to_string(key->person.value())
               : std::string{"none"};
  };
  EXPECT_EQ(key_of("message_allow", R"({"user_id":5,"key":""})"), "5 5");
  EXPECT_EQ(key_of("group_join", R"({"user_id":5,"join_type":"join"})"), "5 5");
  EXPECT_EQ(key_of("message_edit", R"({"peer_id":2000000001,"from_id":5})"), "2000000001 5");
  EXPECT_EQ(key_of("message_reply", R"({"peer_id":5,"from_id":-1})"), "5 5");
  EXPECT_EQ(key_of("message_reply", R"({"peer_id":2000000001,"from_id":-1})"), "none");
  EXPECT_EQ(key_of("like_add", R"({"liker_id":5,"object_id":1})"), "none");
  EXPECT_EQ(key_of("wall_reply_new", R"({"post_id":1,"owner_id":-1,"from_id":5})"), "none");
  EXPECT_EQ(key_of("group_change_settings", R"({"user_id":"x"})"), "none");
  EXPECT_EQ(key_of("message_new", R"({"message":{"peer_id":5,"from_id":-2,"text":""}})"), "none");
}

}  // namespace
