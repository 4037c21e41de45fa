// What is logged, and what never is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Log, ALineForEachAttemptAndItsOutcome) {
  call_bench bench;
  bench.settings.on_captcha([](challenge) { return challenge_answer::captcha_key("k"); });
  bench.vk->expect(call("a.b"))
      .reply_error(R"({"error_code":14,"captcha_sid":"1","captcha_img":"https://vk.ru/c"})",
                   after(3ms));
  bench.vk->expect(call("a.b")).reply("1", after(5ms));
  bench.vk->expect(call("a.b")).fail(errc::connection_lost, request_effect::unknown);
  bench.vk->expect(call("a.b")).reply_status(502, "<html>");
  ASSERT_TRUE(bench.call_once(request{"a.b"}));
  ASSERT_FALSE(bench.call_once(request{"a.b"}));
  ASSERT_FALSE(bench.call_once(request{"a.b"}));
  EXPECT_THAT(
      *bench.log_lines,
      ElementsAre("debug method=a.b attempt=1 sending",
                  "info method=a.b attempt=1 http_status=200 ms=3 outcome=api_error code=14",
                  "info method=a.b challenge=captcha", "debug method=a.b attempt=2 sending",
                  "info method=a.b attempt=2 http_status=200 ms=5 outcome=ok",
                  "debug method=a.b attempt=1 sending",
                  "info method=a.b attempt=1 http_status=0 ms=0 outcome=connection_lost "
                  "effect=unknown",
                  "debug method=a.b attempt=1 sending",
                  "info method=a.b attempt=1 http_status=502 ms=0 outcome=HTTP_status "
                  "effect=unknown"));
}

TEST(Log, ShowsNothingOfParametersTokensOrTheServersText) {
  call_bench bench;
  bench.settings.on_captcha(
      [](challenge) { return challenge_answer::success_token(secret_of("success")); });
  bench.vk->expect(call("a.b"))
      .reply_error(R"({"error_code":14,"error_msg":"server says )" + secret_of("text") +
                   R"(","redirect_uri":"https://id.vk.ru/p?session_token=)" + secret_of("session") +
                   R"("})");
  bench.vk->expect(call("a.b")).reply("\"" + secret_of("answer") + "\"");
  ASSERT_TRUE(bench.call_once(request{"a.b"}.set("message", "private words")));
  EXPECT_THAT(*bench.log_lines, Each(AllOf(Not(HasSubstr(secret_mark())), Not(HasSubstr("private")),
                                           Not(HasSubstr("server says")))));
  EXPECT_GE(bench.log_lines->size(), 5U);
}

TEST(Log, LevelsAreKept) {
  std::vector<log_level> seen;
  call_bench bench;
  bench.settings.log([&](const log_line& line) { seen.push_back(line.level); }, log_level::warning);
  bench.vk->expect(call("execute"))
      .reply_body(R"({"response":[false],"execute_errors":[{"method":"a.b","error_code":1}]})");
  ASSERT_TRUE(bench.call_once(request{"execute"}));
  EXPECT_THAT(seen, ElementsAre(log_level::warning));
}

TEST(Log, AServersLineBreakDoesNotForgeALine) {
  call_bench bench;
  bench.vk->expect(call("execute"))
      .reply_body(R"({"response":[false],"execute_errors":[{"method":"a\nb","error_code":1,
                      "error_msg":"x\r\nerror forged"}]})");
  ASSERT_TRUE(bench.call_once(request{"execute"}));
  EXPECT_THAT(*bench.log_lines, Each(AllOf(Not(HasSubstr("\n")), Not(HasSubstr("\r")))));
}

TEST(Log, ASinkThatThrowsDoesNoHarm) {
  call_bench bench;
  bench.settings.log([](const log_line&) { throw std::runtime_error{"disk full"}; },
                     log_level::debug);
  bench.vk->expect(call("a.b"));
  EXPECT_TRUE(bench.call_once(request{"a.b"}));
}

TEST(Log, WarnsOfTokensThatTravelUnencrypted) {
  call_bench bench;
  bench.settings.endpoints(endpoints{}.api("http://example.org"));
  static_cast<void>(bench.face());
  EXPECT_THAT(*bench.log_lines, ElementsAre(HasSubstr("not https")));
  call_bench local;
  local.settings.emulator("http://127.0.0.1:1");
  static_cast<void>(local.face());
  EXPECT_TRUE(local.log_lines->empty());
}

}  // namespace
}  // namespace vkxx::test
