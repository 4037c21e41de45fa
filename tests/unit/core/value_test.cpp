// Secrets, redaction, errors, log lines and time limits.
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vkxx/core/error.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/core/log.hpp>
#include <vkxx/core/redaction.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>
#include <vkxx/core/utf8.hpp>
#include "core/async/with_deadline.hpp"

namespace vkxx {
namespace {

using namespace vkxx::detail;

using ::testing::ElementsAre;

TEST(Secret, ShowsItsEndsOnlyIfItIsLongEnough) {
  EXPECT_EQ(redacted(""), "");
  EXPECT_EQ(redacted("a"), "***");
  EXPECT_EQ(redacted("elevenchars"), "***");
  EXPECT_EQ(redacted("abcd56789xyz"), "abcd***9xyz");
  std::ostringstream out;
  out << secret{"abcdefghijklmnop"};
  EXPECT_EQ(out.str(), "abcd***mnop");
}

TEST(Secret, IsMovedAndComparedAsAValue) {
  secret token{"abcdefghijklmnop"};
  secret copy = token;
  EXPECT_EQ(copy, token);
  secret moved = std::move(token);
  EXPECT_EQ(moved, copy);
  EXPECT_TRUE(token.empty());  // NOLINT(bugprone-use-after-move): that is what is shown
  EXPECT_FALSE(moved == secret{"abcdefghijklmnoq"});
  EXPECT_FALSE(moved == secret{"abc"});
  EXPECT_TRUE(secret{static_cast<const char*>(nullptr)}.empty());
  auto& itself = moved;
  moved = itself;
  EXPECT_EQ(moved.expose(), "abcdefghijklmnop");
}

TEST(Redaction, OfParametersByName) {
  for (const auto* name : {"access_token", "client_secret", "password", "code", "captcha_key",
                           "success_token", "sig", "Access_Token", "access_token_123"}) {
    EXPECT_TRUE(is_secret_parameter(name)) << name;
  }
  for (const auto* name : {"user_ids", "v", "token_type", "codes", "message", ""}) {
    EXPECT_FALSE(is_secret_parameter(name)) << name;
  }
}

TEST(Redaction, OfParametersWhoseMeaningTheMethodTells) {
  const std::pair<const char*, const char*> shown[] = {{"execute", "code"},
                                                       {"storage.get", "key"},
                                                       {"storage.set", "key"},
                                                       {"database.getCountries", "code"},
                                                       {"users.get", "user_ids"}};
  for (const auto& [method, name] : shown) {
    EXPECT_FALSE(is_secret_parameter(method, name)) << method << ' ' << name;
    EXPECT_EQ(redacted_parameter(method, name, "a plain value"), "a plain value");
  }
  const std::pair<const char*, const char*> hidden[] = {
      {"", "code"},           {"", "key"},
      {"auth.login", "code"}, {"execute.stored", "code"},
      {"execute", "key"},     {"execute", "access_token"},
      {"storage.get", "sig"}, {"storage.getKeys", "key"},
      {"Execute", "code"},    {"messages.allowMessagesFromGroup", "key"}};
  for (const auto& [method, name] : hidden) {
    EXPECT_TRUE(is_secret_parameter(method, name)) << method << ' ' << name;
    EXPECT_EQ(redacted_parameter(method, name, "abcdefghijklmnop"), "abcd***mnop");
  }
}

TEST(Redaction, OfTokensInsideAScript) {
  EXPECT_EQ(redacted_parameter("execute", "code",
                               R"(return API.users.get({"access_token":"abcdefghijklmnop"});)"),
            R"(return API.users.get({"access_token":"abcd***mnop"});)");
}

TEST(Redaction, OfTexts) {
  struct row {
    const char* text;
    const char* shown;
  };
  const row table[] = {
      {"plain text", "plain text"},
      {"?access_token=abcdefghijklmnop&x=1", "?access_token=abcd***mnop&x=1"},
      {R"({"password": "qwertyuiopas"})", R"({"password": "qwer***opas"})"},
      {R"({\"password\":\"qwertyuiopas\"})", R"({\"password\":\"qwer***opas\"})"},
      {"socks5://user:hunter2@proxy:1080", "socks5://user:***@proxy:1080"},
      {"got vk1.a.abcdefghijklmnop.", "got vk1.***nop."},
      {"Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer abcd***mnop"},
      {"User authorization failed: invalid access_token (4).",
       "User authorization failed: invalid access_token (4)."},
      {"access_token=", "access_token="},
      // As VK's errors repeat parameters.
      {R"({"key":"code","value":"abcdefghijklmnop"})", R"({"key":"code","value":"abcd***mnop"})"},
      {R"({\"key\": \"sig\", \"value\": \"abcdefghijklmnop\"})",
       R"({\"key\": \"sig\", \"value\": \"abcd***mnop\"})"},
      {R"({"key":"v","value":"5.199"})", R"({"key":"v","value":"5.199"})"},
      {R"({"key":"v","value":"vk1.a.abcdefghijklmnop"})", R"({"key":"v","value":"vk1.***mnop"})"},
      {R"({"key":"vk1.a.abcdefghijklmnop","value":"1"})", R"({"key":"vk1.***mnop","value":"1"})"},
      {R"({"key":"abcdefghijklmnop","ts":"1"})", R"({"key":"abcd***mnop","ts":"1"})"},
      {R"({"key":"code","value":")", R"({"key":"code","value":")"},
  };
  for (const auto& row : table) EXPECT_EQ(redacted_text(row.text), row.shown);
}

TEST(Utf8, KnowsWhatIsWellFormed) {
  for (const auto* good : {"", "a", "é", "€", "😀", "\xF4\x8F\xBF\xBF"}) EXPECT_TRUE(is_utf8(good));
  for (const auto* bad : {"\x80", "\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "a\xFFz"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
}

TEST(Error, AnswersItsQuestions) {
  const error lost{errc::connection_lost, request_effect::unknown, "sending to api.vk.ru"};
  EXPECT_EQ(lost.origin(), error_origin::network);
  EXPECT_TRUE(lost.retryable());
  EXPECT_FALSE(lost.needs_challenge());
  EXPECT_EQ(lost.to_string(),
            "connection lost: sending to api.vk.ru. It is not known whether VK executed the "
            "request.");
  error changed = lost;
  changed.set_method("a.b").set_attempts(2).set_effect(request_effect::not_sent);
  EXPECT_EQ(changed.to_string(),
            "connection lost: sending to api.vk.ru. Method a.b. Tried 2 times. The request was not "
            "sent, so it was not executed.");
  EXPECT_EQ(lost.method(), "") << "copies do not share their changes";
  EXPECT_EQ(error(errc::timeout, request_effect::unknown, "password=qwertyuiopas").message(),
            "password=qwer***opas");
}

TEST(Error, KnowsDeadTokensAndChallenges) {
  const auto of = [](int code) {
    api_error_details details;
    details.code = static_cast<api_errc>(code);
    return error{details};
  };
  for (const int code : {5, 27, 28, 1117}) EXPECT_TRUE(of(code).token_is_dead()) << code;
  for (const int code : {6, 14, 15, 17}) EXPECT_FALSE(of(code).token_is_dead()) << code;
  for (const int code : {14, 17, 24}) EXPECT_TRUE(of(code).needs_challenge()) << code;
  for (const int code : {5, 15}) EXPECT_TRUE(of(code).is_access_token_incorrect()) << code;
  for (const int code : {1, 6, 10}) EXPECT_TRUE(of(code).retryable()) << code;
  for (const int code : {5, 9, 29, 100}) EXPECT_FALSE(of(code).retryable()) << code;
  for (const int code : {1, 10, 13}) EXPECT_EQ(of(code).effect(), request_effect::unknown) << code;
}

TEST(Error, IsThrownByItsKind) {
  const auto kind = [](errc code) -> std::string {
    try {
      throw_error(error{code, request_effect::unknown, ""});
    } catch (const network_exception&) {
      return "network";
    } catch (const protocol_exception&) {
      return "protocol";
    } catch (const cancelled_exception&) {
      return "cancelled";
    } catch (const auth_exception&) {
      return "auth";
    } catch (const usage_exception&) {
      return "usage";
    } catch (const exception&) {
      return "other";
    }
  };
  EXPECT_EQ(kind(errc::timeout), "network");
  EXPECT_EQ(kind(errc::http_status), "network");
  EXPECT_EQ(kind(errc::not_json), "protocol");
  EXPECT_EQ(kind(errc::cancelled), "cancelled");
  EXPECT_EQ(kind(errc::authorization_failed), "auth");
  EXPECT_EQ(kind(errc::invalid_argument), "usage");
  EXPECT_EQ(kind(errc::handler_failed), "usage");
  const result<int> failed{error{errc::timeout, request_effect::unknown, ""}};
  EXPECT_THROW(static_cast<void>(failed.value()), network_exception);
}

TEST(Log, OneLineIsOneLine) {
  std::vector<std::string> lines;
  const logger log{[&](const log_line& line) { lines.push_back(line.text); }, log_level::warning};
  log.write(log_level::info, "no");
  log.write(log_level::error, "a\nb\r\nc");
  EXPECT_THAT(lines, ElementsAre("a b  c"));
  EXPECT_FALSE(log.wants(log_level::info));
  EXPECT_FALSE(logger{}.wants(log_level::error));
}

template <class T>
std::optional<T> run(asio::awaitable<T> work) {
  asio::io_context io{1};
  std::optional<T> value;
  asio::co_spawn(
      io, [&]() -> asio::awaitable<void> { value.emplace(co_await std::move(work)); },
      [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
      });
  io.run_for(std::chrono::seconds{10});
  return value;
}

asio::awaitable<int> answer_after(duration span) {
  const auto time = system_clock();
  auto waiting = wait_until(*time, time->now() + span);
  if (co_await std::move(waiting)) throw std::runtime_error{"cancelled"};
  co_return 5;
}

// Asio's own cancellation would stay in the slot and point to a timer that is gone, or to the next
// one in its place.
TEST(SystemClock, AWaitThatHasEndedIsNotCancelled) {
  asio::io_context context;
  const auto time = system_clock();
  const auto now = time->now();
  std::array<asio::cancellation_signal, 2> signals;
  std::vector<boost::system::error_code> ends;
  const auto wait = [&](asio::cancellation_signal& signal, duration span) {
    auto handler = [&](boost::system::error_code failure) { ends.push_back(failure); };
    time->async_wait_until(context.get_executor(), now + span,
                           asio::bind_cancellation_slot(signal.slot(), std::move(handler)));
  };
  wait(signals[0], duration::zero());
  context.run();
  ASSERT_EQ(ends.size(), 1U);
  wait(signals[1], std::chrono::hours{1});
  signals[0].emit(asio::cancellation_type::terminal);
  context.restart();
  context.poll();
  EXPECT_EQ(ends.size(), 1U);
  signals[1].emit(asio::cancellation_type::terminal);
  context.restart();
  context.run();
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_FALSE(ends[0]);
  EXPECT_EQ(ends[1], asio::error::operation_aborted);
}

TEST(WithDeadline, GivesTheValueOrNothing) {
  using namespace std::chrono_literals;
  const auto now = system_clock()->now();
  EXPECT_EQ(run(with_deadline(system_clock(), now + 10s, answer_after(0s))), 5);
  EXPECT_EQ(run(with_deadline(system_clock(), no_deadline, answer_after(0s))), 5);
  EXPECT_EQ(run(with_deadline(system_clock(), now + 10ms, answer_after(9s))),
            std::optional<std::optional<int>>{std::optional<int>{}});
}

TEST(WithDeadline, PassesExceptionsOn) {
  const auto throws = []() -> asio::awaitable<int> {
    throw std::runtime_error{"broken"};
    co_return 1;
  };
  EXPECT_THROW(
      run(with_deadline(system_clock(), system_clock()->now() + std::chrono::seconds{9}, throws())),
      std::runtime_error);
  EXPECT_THROW(run(with_deadline(system_clock(), no_deadline, throws())), std::runtime_error);
}

}  // namespace
}  // namespace vkxx
