// Answers of typed calls, whose text the decoder checks.
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "client/reply/envelope.hpp"
#include "client/reply/reply_builder.hpp"
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

result<reply> read_for_decoder(std::string_view body, int status = 200) {
  answer_facts facts;
  facts.for_decoder = true;
  return read_answer("wall.post", received(body, status), facts);
}

TEST(DecoderAnswer, IsTheResponse) {
  for (const std::string_view response :
       {"[]", "{}", "[1, 2]", R"({"a":"]}\"", "b":[{}]})", "5", "\"x\"", "false"}) {
    const auto outcome = read_for_decoder(" {\t\"response\" :\n" + std::string{response} + " } ");
    ASSERT_TRUE(outcome) << response;
    EXPECT_EQ(outcome->text(), response);
    EXPECT_FALSE(reply_builder::syntax_fault(*outcome));
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

TEST(DecoderAnswer, BrokenBetweenItsBracketsIsNoJson) {
  for (const auto* response : {"[1 2]", "[tru]", "[}", "{\"a\"}", "[\"\\x\"]", "[\"\xFF\"]"}) {
    const auto body = std::string{"{\"response\":"} + response + "}";
    const auto outcome = read_for_decoder(body);
    ASSERT_TRUE(outcome) << response;
    const auto fault = reply_builder::syntax_fault(*outcome);
    ASSERT_TRUE(fault) << response;
    EXPECT_EQ(*fault, errc::not_json);
    EXPECT_EQ(fault->effect(), request_effect::unknown);
    EXPECT_EQ(fault->method(), "wall.post");
    EXPECT_EQ(fault->is_write(), true);
    EXPECT_THAT(fault->message(), HasSubstr("the server said"));
    // For everybody else it fails at once.
    EXPECT_EQ(read_answer("wall.post", received(body)).error(), errc::not_json);
  }
}

TEST(DecoderAnswer, HalfASurrogatePairAndAByteOrderMarkBreakNothing) {
  const auto outcome = read_for_decoder("\xEF\xBB\xBF{\"response\":[\"\\ud83d\"]}");
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(reply_builder::syntax_fault(*outcome));
  const auto misfit = outcome->misfit(errc::unexpected_type, "no number");
  EXPECT_EQ(misfit.effect(), request_effect::executed);
  EXPECT_EQ(boost::json::parse(misfit.answer()).at("response").at(0), "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace vkxx::test
