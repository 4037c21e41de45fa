// Numbers, flags and lists at the edges of the decoder's short ways.
#include <vkxx/objects/decode.hpp>

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/objects/base.hpp>
#include <vkxx/objects/users.hpp>
#include <vkxx/objects/wall.hpp>

namespace {

using user = vkxx::api::users::user_full;

std::string user_with(const std::string& field, const std::string& json) {
  return "{\"id\":1,\"" + field + "\":" + json + ",\"first_name\":\"a\",\"last_name\":\"b\"}";
}

TEST(DecodeValues, ReadsWholeNumbersOfEveryLength) {
  using limits = std::numeric_limits<std::int64_t>;
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{7}, std::int64_t{-7}, std::int64_t{10},
        std::int64_t{999'999'999'999'999'999}, std::int64_t{-999'999'999'999'999'999},
        std::int64_t{1'000'000'000'000'000'000}, limits::max(), limits::min()}) {
    for (const std::string behind : {"", " ", "\n", "\t \r\n"}) {
      const auto text = std::to_string(number) + behind;
      const auto read = vkxx::decode<user>(user_with("followers_count", text), {.strict = true});
      ASSERT_TRUE(read) << text << read.error().message();
      EXPECT_EQ(read->followers_count, number);
      EXPECT_EQ(read->first_name, "a");
      const auto last = vkxx::decode<user>("{\"followers_count\":" + text + "}");
      ASSERT_TRUE(last);
      EXPECT_EQ(last->followers_count, number);
      const auto listed = vkxx::decode<std::vector<std::int64_t>>("[" + text + "," + text + "]");
      EXPECT_EQ(listed.value(), (std::vector<std::int64_t>{number, number}));
    }
  }
  for (const std::string too_large :
       {"9223372036854775827", "-9223372036854775809", "99999999999999999999"}) {
    EXPECT_FALSE(vkxx::decode<user>(user_with("followers_count", too_large))->followers_count);
  }
  EXPECT_EQ(vkxx::decode<user>(user_with("followers_count", "-0"))->followers_count, 0);
  EXPECT_EQ(vkxx::decode<user>(user_with("followers_count", "12e2"))->followers_count, 1200);
}

TEST(DecodeValues, RejectsMalformedNumbers) {
  for (const std::string field : {"id", "hidden", "followers_count", "online", "sex", "timezone"}) {
    for (const std::string text : {"01", "00", "-01", "-", "--1", "+1", "1x", "1\"x\"", "1:2",
                                   "1 :2", "0x1", ".5", "1.", "1e", "1 2", "1[", "12]"}) {
      const auto read = vkxx::decode<user>(user_with(field, text));
      ASSERT_FALSE(read) << field << ' ' << text;
      EXPECT_EQ(read.error().code(), vkxx::errc::not_json);
    }
  }
}

TEST(DecodeValues, ANumberTooLargeForAnythingLosesItsFieldOnly) {
  for (const std::string field : {"hidden", "followers_count", "online", "sex", "timezone"}) {
    for (const std::string text : {"1e400", "-1e400", "123.5E+4000", "0.1e999 "}) {
      std::vector<vkxx::decode_issue> issues;
      vkxx::decode_options options;
      options.issues = &issues;
      const auto read = vkxx::decode<user>(user_with(field, text), options);
      ASSERT_TRUE(read) << field << ' ' << text << read.error().message();
      EXPECT_EQ(read->last_name, "b");
      ASSERT_EQ(issues.size(), 1U) << field << ' ' << text;
      EXPECT_EQ(issues[0].path, "response." + field);
    }
  }
}

TEST(DecodeValues, ATextThatIsNoFiniteNumberIsNone) {
  for (const std::string text : {"inf", "-inf", "nan", "1e999", "infinity", "5x", ""}) {
    const auto read = vkxx::decode<vkxx::api::base::crop_photo_rect>(
        R"({"x":1,"x2":2,"y":"0.5","y2":")" + text + "\"}");
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->y, 0.5);
    EXPECT_EQ(read->y2, 0) << text;
  }
}

TEST(DecodeValues, RejectsMalformedTexts) {
  for (const std::string text : {R"("a":"b")", R"("a""b")", R"("a"1)", R"("a" "b")", R"("a"])"}) {
    const auto read = vkxx::decode<user>(user_with("nickname", text));
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code(), vkxx::errc::not_json);
  }
}

TEST(DecodeValues, ReadsEveryNumberAsAFlag) {
  for (const auto& [text, meant] : std::vector<std::pair<std::string, bool>>{
           {"0", false}, {"1", true}, {"2", true}, {"-1", true}, {"1000", true}, {"0 ", false}}) {
    const auto read = vkxx::decode<user>(user_with("online", text), {.strict = true});
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->online, meant) << text;
  }
}

TEST(DecodeValues, ResolvesEscapesAnywhereInAText) {
  for (std::size_t before = 0; before < 20; ++before) {
    for (std::size_t after = 0; after < 20; ++after) {
      const std::string left(before, 'l'), right(after, 'r');
      for (const auto& [escaped, meant] :
           std::vector<std::pair<std::string, std::string>>{{"\\/", "/"},
                                                            {"\\\\", "\\"},
                                                            {"\\\"", "\""},
                                                            {"\\n\\t", "\n\t"},
                                                            {"\\/\\/", "//"},
                                                            {"\\u0416", "\xD0\x96"},
                                                            {"\\/\\u0416", "/\xD0\x96"}}) {
        const auto read = vkxx::decode<user>(
            user_with("nickname", '"' + left + escaped + right + '"'), {.strict = true});
        ASSERT_TRUE(read);
        EXPECT_EQ(read->nickname, left + meant + right);
      }
    }
  }
}

TEST(DecodeValues, ReplacesTheValueOfARepeatedKey) {
  const std::string long_text(40, 'x');
  const auto read = vkxx::decode<user>("{\"nickname\":\"" + long_text +
                                       "\",\"nickname\":\"b\",\"bdate\":\"c\",\"bdate\":null,"
                                       "\"domain\":\"d\",\"domain\":\"" +
                                       long_text + "\"}");
  EXPECT_EQ(read->nickname, "b");
  EXPECT_FALSE(read->bdate);
  EXPECT_EQ(read->domain, long_text);
}

std::string users(std::size_t count, std::size_t extra) {
  std::string text = R"({"response":[)";
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    text += user_with("status", '"' + std::string(i % 3 * extra, 's') + '"');
  }
  return text + "]}";
}

TEST(DecodeValues, ReadsListsOfLargeObjectsOfEveryLength) {
  for (const std::size_t count : {0U, 1U, 2U, 32U, 33U, 34U, 300U}) {
    for (const std::size_t extra : {0U, 700U}) {
      const auto read = vkxx::decode_response<std::vector<user>>(users(count, extra));
      ASSERT_TRUE(read);
      ASSERT_EQ(read->size(), count);
      for (std::size_t i = 0; i < count; ++i) EXPECT_EQ((*read)[i].status->size(), i % 3 * extra);
    }
  }
}

TEST(DecodeValues, ReservesNothingForMissingItems) {
  EXPECT_EQ(vkxx::decode_response<std::vector<user>>(users(1, 0))->capacity(), 1U);
  EXPECT_LE(vkxx::decode_response<std::vector<user>>(users(1000, 0))->capacity(), 1100U);
  // A short item, and a long one behind it that looks like many short ones.
  const auto two = "{\"response\":[{\"id\":1}," +
                   user_with("status", '"' + std::string(100'000, 's') + '"') + "]}";
  EXPECT_LE(vkxx::decode_response<std::vector<user>>(two)->capacity(), 33U);
}

}  // namespace
