// Calls of methods that have types of their own, one by one and several in a script.
#include <optional>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"
#include "support/pretend_methods.hpp"

namespace vkxx::test {
namespace {

using pretend::get_anything;
using pretend::get_number;
using pretend::get_numbers;
using pretend::get_raw;
using pretend::is_member;
using pretend::read_numbers;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Is not sent when local checks are on.
struct checked_numbers : read_numbers {
  [[nodiscard]] static result<void> check_limits() {
    return error{errc::invalid_argument, request_effect::not_sent, "no numbers"};
  }
};

// What the work gives; its exception is thrown here.
template <class T>
T outcome_of(call_bench& bench, asio::awaitable<T> work) {
  std::optional<T> outcome;
  std::exception_ptr thrown;
  asio::co_spawn(bench.io, std::move(work), [&](std::exception_ptr failure, T value) {
    thrown = failure;
    if (!failure) outcome.emplace(std::move(value));
  });
  bench.run();
  if (thrown) std::rethrow_exception(thrown);
  return std::move(*outcome);
}

// As a program writes it; here for what the compiler makes of temporaries in `co_await`.
asio::awaitable<std::int64_t> two_calls(client vk) {
  const auto first = co_await vk.call(get_number{1});
  const auto second =
      co_await vk.try_call(get_number{2}, call_options{}.timeout(duration{1000000}));
  const auto [third, fourth] = co_await vk.execute(get_number{3}, is_member{});
  co_return first + *second + *third + (*fourth ? 1000 : 0);
}

TEST(TypedCall, GivesTheValue) {
  call_bench bench;
  bench.vk->expect(call("a.get").with("id", "1")).reply("1");
  bench.vk->expect(call("a.get").with("id", "2")).reply("20");
  bench.vk
      ->expect(
          call("execute").with("code", R"(return [API.a.get({"id":"3"}),API.a.isMember({})];)"))
      .reply("[300,true]");
  EXPECT_EQ(outcome_of(bench, two_calls(bench.face())), 1321);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(TypedCall, AnErrorOfVkIsThrownOrGiven) {
  call_bench bench;
  bench.vk->expect(call("a.get")).reply_error(R"({"error_code":15})").times(2);
  EXPECT_THROW(outcome_of(bench, bench.face().call(get_number{1})), api_exception);
  const auto outcome = outcome_of(bench, bench.face().try_call(get_number{1}));
  EXPECT_EQ(outcome.error(), api_errc::access_denied);
}

TEST(TypedCall, AnAnswerOfAnotherTypeIsAnErrorOfTheMethod) {
  call_bench bench;
  bench.vk->expect(call("a.get")).reply("[]").times(2);
  EXPECT_THROW(outcome_of(bench, bench.face().call(get_number{1})), protocol_exception);
  const auto outcome = outcome_of(bench, bench.face().try_call(get_number{1}));
  EXPECT_EQ(outcome.error(), errc::unexpected_type);
  EXPECT_EQ(outcome.error().method(), "a.get");
}

TEST(TypedCall, ObjectsKeepTheirJsonOnRequest) {
  call_bench bench;
  bench.vk->expect(call("a.raw")).reply("[ 1 ]").times(2);
  EXPECT_FALSE(outcome_of(bench, bench.face().call(get_raw{})).kept);
  const auto kept = outcome_of(bench, bench.face().call(get_raw{}, call_options{}.keep_raw(true)));
  EXPECT_TRUE(kept.kept);
  EXPECT_EQ(kept.text, "[ 1 ]");
}

TEST(TypedCall, AWriteThatVkAnsweredIsExecutedUnlessTheAnswerIsNoJson) {
  call_bench bench;
  bench.vk->expect(call("wall.post")).reply(R"([1,2])");
  bench.vk->expect(call("wall.post")).reply(R"({"post_id":1})");
  bench.vk->expect(call("wall.post")).reply_body(R"({"response":[1 2]})");
  EXPECT_THAT(outcome_of(bench, bench.face().call(get_numbers{})), ElementsAre(1, 2));
  const auto misfit = outcome_of(bench, bench.face().try_call(get_numbers{})).error();
  EXPECT_EQ(misfit, errc::unexpected_type);
  EXPECT_EQ(misfit.effect(), request_effect::executed);
  EXPECT_EQ(misfit.answer(), R"({"response":{"post_id":1}})");
  const auto broken = outcome_of(bench, bench.face().try_call(get_numbers{})).error();
  EXPECT_EQ(broken, errc::not_json);
  EXPECT_EQ(broken.effect(), request_effect::unknown);
  EXPECT_EQ(broken.method(), "wall.post");
  EXPECT_EQ(broken.attempts(), 1);
}

TEST(TypedCall, AReadWhoseAnswerIsNoJsonIsRepeated) {
  call_bench bench;
  bench.settings.retries(retries{});
  bench.vk->expect(call("users.get")).reply_body(R"({"response":[1 2]})").times(2);
  bench.vk->expect(call("users.get")).reply("[1,2]");
  EXPECT_THAT(outcome_of(bench, bench.face().call(read_numbers{})), ElementsAre(1, 2));
  EXPECT_EQ(bench.vk->requests().size(), 3U);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(TypedCall, AnAnswerThatIsJsonIsNotRepeatedForItsDecoder) {
  call_bench bench;
  bench.settings.retries(retries{});
  bench.vk->expect(call("users.get")).reply(R"([1,"2"])");
  bench.vk->expect(call("users.get")).reply_body(R"({"response":["\ud83d"]})");
  const auto outcome = outcome_of(bench, bench.face().try_call(read_numbers{}));
  EXPECT_EQ(outcome.error(), errc::unexpected_type);
  EXPECT_EQ(outcome.error().attempts(), 1);
  // The decoder gets the repaired text.
  EXPECT_EQ(outcome_of(bench, bench.face().call(get_anything{})).at(0), "\xEF\xBF\xBD");
  EXPECT_EQ(bench.vk->requests().size(), 2U);
}

TEST(TypedCall, ADecoderThatThrowsOnBrokenTextIsAskedAgain) {
  call_bench bench;
  bench.settings.retries(retries{});
  bench.vk->expect(call("users.get")).reply_body(R"({"response":[tru]})");
  bench.vk->expect(call("users.get")).reply("[true]");
  EXPECT_EQ(outcome_of(bench, bench.face().call(get_anything{})).at(0), true);
}

TEST(TypedCall, TextThatObjectsKeepIsCheckedBefore) {
  call_bench bench;
  bench.settings.retries(retries{});
  bench.vk->expect(call("users.get")).reply_body(R"({"response":[1 2]})");
  bench.vk->expect(call("users.get")).reply("[1,2]");
  const auto options = call_options{}.keep_raw(true);
  EXPECT_THAT(outcome_of(bench, bench.face().call(read_numbers{}, options)), ElementsAre(1, 2));
}

TEST(TypedCall, AMiddlewareSeesOnlyCheckedReplies) {
  call_bench bench;
  std::optional<bool> seen;
  bench.settings.around_call(
      [&seen](request call_request, next_call next) -> asio::awaitable<result<reply>> {
        auto outcome = co_await next(std::move(call_request));
        seen = outcome.has_value();
        co_return outcome;
      });
  bench.vk->expect(call("wall.post")).reply_body(R"({"response":[1 2]})");
  const auto outcome = outcome_of(bench, bench.face().try_call(get_numbers{}));
  EXPECT_EQ(outcome.error(), errc::not_json);
  EXPECT_EQ(seen, false);
}

TEST(TypedCall, ADecoderThatChecksNothingGetsCheckedText) {
  call_bench bench;
  bench.vk->expect(call("a.raw")).reply_body(R"({"response":[1 2]})").times(1);
  const auto outcome =
      outcome_of(bench, bench.face().try_call(get_raw{}, call_options{}.retry(false)));
  EXPECT_EQ(outcome.error(), errc::not_json);
}

TEST(Execute, AScriptOfReadsWhoseAnswerIsNoJsonIsRepeated) {
  call_bench bench;
  bench.settings.retries(retries{});
  for (const std::string broken : {"[[1][2]]", "[[1],[2],]", "[[1],[2 3]]", "[[1],[2]}"}) {
    bench.vk->expect(call("execute")).reply_body(R"({"response":)" + broken + "}");
    bench.vk->expect(call("execute")).reply("[[1],[2]]");
    const auto [first, second] = outcome_of(
        bench,
        bench.face().execute(call_options{}.idempotent(true), read_numbers{}, read_numbers{}));
    ASSERT_TRUE(first && second) << broken;
    EXPECT_THAT(*first, ElementsAre(1)) << broken;
    EXPECT_THAT(*second, ElementsAre(2)) << broken;
  }
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Execute, EachDecoderReadsThePartOfACallThatWasSent) {
  call_bench bench;
  bench.settings.local_checks(true);
  bench.vk->expect(call("execute")).reply("[[1],[2]]");
  bench.vk->expect(call("execute")).reply(R"([["x"],[2]])");
  for (const bool fits : {true, false}) {
    const auto [refused, first, second] =
        outcome_of(bench, bench.face().execute(checked_numbers{}, read_numbers{}, read_numbers{}));
    EXPECT_EQ(refused.error(), errc::invalid_argument);
    EXPECT_EQ(first.has_value(), fits);
    EXPECT_THAT(*second, ElementsAre(2));
  }
}

TEST(Execute, EachCallIsDecodedFromItsPartOfTheText) {
  call_bench bench;
  bench.vk->expect(call("execute")).reply_body(R"({"response":[ [ 1.0 ] ,{"a" : "\u0041"}]})");
  const auto [first, second] = outcome_of(bench, bench.face().execute(get_raw{}, get_raw{}));
  EXPECT_EQ(first->text, "[ 1.0 ]");
  EXPECT_EQ(second->text, R"({"a" : "\u0041"})");
}

TEST(LocalChecks, AreOffUnlessAskedFor) {
  call_bench bench;
  bench.settings.token_kind(token_kind::community);
  bench.vk->expect(call("a.get")).reply("1");
  EXPECT_TRUE(outcome_of(bench, bench.face().try_call(get_number{101})));
}

TEST(LocalChecks, NameTheParameterAndSendNothing) {
  call_bench bench;
  bench.settings.local_checks(true);
  const auto outcome = outcome_of(bench, bench.face().try_call(get_number{101}));
  EXPECT_EQ(outcome.error(), errc::invalid_argument);
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
  EXPECT_EQ(outcome.error().method(), "a.get");
  EXPECT_EQ(outcome.error().message(), "id should be at most 100");
  EXPECT_THROW(outcome_of(bench, bench.face().call(get_number{101})), usage_exception);
  EXPECT_TRUE(bench.vk->requests().empty());
  EXPECT_EQ(bench.face().metrics().calls.size(), 1U) << "they count like any other failure";
  EXPECT_EQ(bench.face().metrics().calls.begin()->second, 2U);
}

TEST(LocalChecks, MayDifferFromCallToCall) {
  call_bench bench;
  bench.vk->expect(call("a.get")).reply("1");
  auto checked = bench.face().try_call(get_number{101}, call_options{}.local_checks(true));
  EXPECT_EQ(outcome_of(bench, std::move(checked)).error(), errc::invalid_argument);
  EXPECT_TRUE(outcome_of(bench, bench.face().try_call(get_number{101})));
}

TEST(LocalChecks, KnowTheKindsOfTokens) {
  for (const auto& [kind, fits] : {std::pair{token_kind::user, true},
                                   {token_kind::service, true},
                                   {token_kind::community, false},
                                   {token_kind::anonymous, false}}) {
    call_bench bench;
    bench.settings.local_checks(true).token_kind(kind);
    if (fits) bench.vk->expect(call("a.get")).reply("1");
    const auto outcome = outcome_of(bench, bench.face().try_call(get_number{1}));
    ASSERT_EQ(outcome.has_value(), fits);
    if (fits) continue;
    EXPECT_THAT(outcome.error().message(),
                HasSubstr("access_token: a.get takes tokens of the kind user, service"));
  }
}

TEST(Execute, EachCallHasAValueOrItsOwnError) {
  call_bench bench;
  bench.vk->expect(call("execute")).reply_body(R"({"response":[false,false,"x"],
                      "execute_errors":[{"method":"a.get","error_code":15,"error_msg":"no"},
                                        {"method":"execute","error_code":15,"error_msg":"no"}]})");
  const auto [member, number, other] =
      outcome_of(bench, bench.face().execute(is_member{}, get_number{1}, get_number{2}));
  ASSERT_TRUE(member);
  EXPECT_FALSE(*member);
  EXPECT_EQ(number.error(), api_errc::access_denied);
  EXPECT_EQ(other.error(), errc::unexpected_type);
  EXPECT_EQ(other.error().method(), "a.get");
}

TEST(Execute, AFailureOfTheScriptIsThatOfEachCall) {
  call_bench bench;
  bench.vk->expect(call("execute")).reply_error(R"({"error_code":13})");
  const auto [first, second] = outcome_of(bench, bench.face().execute(is_member{}, get_number{1}));
  EXPECT_EQ(first.error(), api_errc{13});
  EXPECT_EQ(second.error(), api_errc{13});
}

TEST(Execute, ACallThatMustNotBeSentLeavesTheOthersAlone) {
  call_bench bench;
  bench.settings.local_checks(true);
  bench.vk->expect(call("execute").with("code", R"(return [API.a.isMember({})];)")).reply("[true]");
  const auto [number, member] =
      outcome_of(bench, bench.face().execute(get_number{101}, is_member{}));
  EXPECT_EQ(number.error(), errc::invalid_argument);
  EXPECT_EQ(number.error().method(), "a.get");
  EXPECT_TRUE(*member);
  EXPECT_EQ(bench.vk->problems(), "");
}

TEST(Execute, TakesCallsByNameToo) {
  call_bench bench;
  bench.vk->expect(call("execute")).reply("[1,[2]]");
  std::vector<request> calls{request{"a.b"}, request{"c.d"}};
  const auto outcomes = outcome_of(bench, bench.face().execute(std::move(calls)));
  ASSERT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(outcomes[0]->json(), 1);
  EXPECT_EQ(outcomes[1]->json().at(0), 2);
}

TEST(Execute, WhatCannotStandInAScriptFailsUnsent) {
  call_bench bench;
  std::vector<request> calls{request{"a.b"}, request{"execute"}};
  const auto outcomes = outcome_of(bench, bench.face().execute(std::move(calls)));
  ASSERT_EQ(outcomes.size(), 2U);
  for (const auto& outcome : outcomes) {
    EXPECT_EQ(outcome.error(), errc::invalid_argument);
    EXPECT_THAT(outcome.error().message(), HasSubstr("call 2"));
  }
  EXPECT_TRUE(bench.vk->requests().empty());
}

}  // namespace
}  // namespace vkxx::test
