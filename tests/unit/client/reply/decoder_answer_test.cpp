// Answers of typed calls, whose text the decoder checks.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/value.hpp>

#include <vkxx/client/typed_call.hpp>
#include "client/reply/envelope.hpp"
#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace vkxx::detail;

using ::testing::HasSubstr;

http::response received(std::string_view body, int status = 200) {
  http::response answer;
  answer.status = status;
  answer.headers.push_back({"content-type", "application/json"});
  answer.body = body;
  return answer;
}

// Accepts what begins with `wanted`, and keeps what it gets.
struct noting_decoder final : response_decoder {
  bool decode(std::string_view response) override {
    seen.emplace_back(response);
    return response.starts_with(wanted);
  }

  std::string wanted;
  std::vector<std::string> seen;
};

struct reading {
  std::shared_ptr<noting_decoder> decoder = std::make_shared<noting_decoder>();

  result<reply> operator()(std::string_view body, int status = 200) {
    answer_facts facts;
    facts.decoder = decoder;
    return read_answer("wall.post", received(body, status), facts);
  }
};

result<reply> read_for_decoder(std::string_view body, int status = 200) {
  return reading{}(body, status);
}

TEST(DecoderAnswer, IsTheResponse) {
  for (const std::string_view response :
       {"[]", "{}", "[1, 2]", R"({"a":"]}\"", "b":[{}]})", "5", "\"x\"", "false"}) {
    reading read;
    const auto outcome = read(" {\t\"response\" :\n" + std::string{response} + " } ");
    ASSERT_TRUE(outcome) << response;
    EXPECT_EQ(outcome->text(), response);
    const bool has_brackets = response.ends_with(']') || response.ends_with('}');
    EXPECT_EQ(decoder_of(*outcome), has_brackets ? read.decoder.get() : nullptr);
    EXPECT_EQ(read.decoder->seen.size(), has_brackets ? 1U : 0U);
    if (has_brackets) {
      EXPECT_EQ(read.decoder->seen[0], response);
    }
  }
}

TEST(DecoderAnswer, ThatEndsInTheMiddleIsNoReply) {
  const std::string whole = "{\"response\":[{\"id\":1,\"name\":\"\xD0\x90 }]}\"},{\"id\":[2]}]}";
  ASSERT_TRUE(read_for_decoder(whole));
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto outcome = read_for_decoder(whole.substr(0, size));
    ASSERT_FALSE(outcome) << size;
    EXPECT_EQ(outcome.error(), errc::truncated_answer) << size;
    EXPECT_EQ(outcome.error().effect(), request_effect::unknown);
  }
}

TEST(DecoderAnswer, WithMoreThanAResponseIsReadAsEveryOther) {
  const auto refused = read_for_decoder(R"({"error":{"error_code":15,"error_msg":"no"}})");
  EXPECT_EQ(refused.error(), api_errc::access_denied);
  const auto partly =
      read_for_decoder(R"({"response":[false],"execute_errors":[{"error_code":15}]})");
  ASSERT_TRUE(partly);
  EXPECT_EQ(partly->execute_errors().size(), 1U);
  EXPECT_EQ(read_for_decoder(R"({"response":[1],"response":[2]})")->text(), "[2]");
  EXPECT_EQ(read_for_decoder(R"({"response":[1],"x":})").error(), errc::not_json);
  EXPECT_EQ(read_for_decoder(R"({"response":[1]}{})").error(), errc::not_json);
  EXPECT_EQ(read_for_decoder(R"({"response":[1]}}")").error(), errc::not_json);
  EXPECT_EQ(read_for_decoder("<html>").error(), errc::not_json);
  EXPECT_EQ(read_for_decoder(R"({"response":[1]})", 502).error(), errc::http_status);
}

TEST(DecoderAnswer, ThatTheDecoderRefusesIsChecked) {
  for (const auto* response : {"[1 2]", "[tru]", "[}", "{\"a\"}", "[\"\\x\"]", "[\"\xFF\"]"}) {
    const auto body = std::string{"{\"response\":"} + response + "}";
    reading read;
    read.decoder->wanted = "[5";
    const auto outcome = read(body);
    ASSERT_FALSE(outcome) << response;
    EXPECT_EQ(outcome.error(), errc::not_json);
    EXPECT_EQ(outcome.error().effect(), request_effect::unknown);
    EXPECT_EQ(outcome.error().method(), "wall.post");
    EXPECT_THAT(outcome.error().message(), HasSubstr("the server said"));
    EXPECT_EQ(read.decoder->seen.size(), 1U);
  }
  reading read;
  read.decoder->wanted = "[5";
  const auto sound = read(R"({"response":[4]})");
  ASSERT_TRUE(sound);
  EXPECT_EQ(decoder_of(*sound), nullptr);
}

TEST(DecoderAnswer, HalfASurrogatePairAndAByteOrderMarkBreakNothing) {
  const std::string body = "\xEF\xBB\xBF{\"response\":[\"\\ud83d\"]}";
  reading read;
  ASSERT_TRUE(read(body));
  read.decoder->wanted = "{";
  const auto outcome = read(body);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(decoder_of(*outcome), nullptr);
  EXPECT_EQ(read.decoder->seen, (std::vector<std::string>(2, R"(["\ud83d"])")));
  EXPECT_EQ(outcome->json().at(0), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace vkxx::test
