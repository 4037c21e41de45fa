// Calls that travel together, without the client around them.
#include "client/execute/call_batcher.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <vkxx/testing/manual_clock.hpp>
#include <vkxx/testing/scripted_transport.hpp>
#include "support/secrets.hpp"

namespace vkxx::detail {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using vkxx::testing::after;
using vkxx::testing::call;

request read_of(int id) {
  return request{"users.get"}.set("user_ids", id);
}

request write_of(const std::string& text) {
  return request{"wall.post"}.set("message", text);
}

request keyed_of(int id) {
  return request{"messages.send"}.set("random_id", id).set("message", "m");
}

// A call that waits, and what it was told.
struct waiting_call {
  std::shared_ptr<std::optional<call_batcher::told>> news =
      std::make_shared<std::optional<call_batcher::told>>();
  std::shared_ptr<asio::cancellation_signal> signal = std::make_shared<asio::cancellation_signal>();

  [[nodiscard]] bool done() const { return news->has_value(); }
  [[nodiscard]] const call_batcher::told& told() const { return news->value(); }
  [[nodiscard]] std::string answer() const {
    const auto& outcome = told().outcome;
    if (!outcome) return "alone";
    return *outcome ? std::string{(*outcome)->text()} : to_string(outcome->error());
  }
  static std::string to_string(const error& failure) {
    return failure.method() + ": " + failure.message();
  }
};

asio::awaitable<void> wait(std::shared_ptr<call_batcher> batcher, std::shared_ptr<call_state> state,
                           call_priority priority, request message, std::string token,
                           std::shared_ptr<std::optional<call_batcher::told>> news) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  call_context context;
  context.state = std::move(state);
  context.priority = priority;
  auto waiting = call_batcher::call(std::move(batcher), context, message, secret{std::move(token)});
  auto told = co_await std::move(waiting);
  news->emplace(std::move(told));
}

class CallBatcher : public ::testing::Test {
 protected:
  CallBatcher() { use(batching{}.linger(5ms)); }

  void use(const batching& settings) {
    config client_settings;
    client_settings.transport(vk_)
        .time_source(clock_)
        .limits(limits{}.off())
        .retries(retries{}.off())
        .on_captcha([](challenge) -> asio::awaitable<challenge_answer> {
          co_return challenge_answer::refused();
        });
    state_ = std::make_shared<call_state>(io_->get_executor(), client_settings);
    batcher_ = std::make_shared<call_batcher>(io_->get_executor(), settings);
  }
  waiting_call start(request message, const std::string& token = test::token(),
                     call_priority priority = call_priority::normal) {
    return start_on(io_->get_executor(), std::move(message), token, priority);
  }
  waiting_call start_on(const asio::any_io_executor& executor, request message,
                        const std::string& token = test::token(),
                        call_priority priority = call_priority::normal) {
    waiting_call started;
    asio::co_spawn(executor,
                   wait(batcher_, state_, priority, std::move(message), token, started.news),
                   asio::bind_cancellation_slot(started.signal->slot(), asio::detached));
    return started;
  }
  void poll() {
    io_->restart();
    io_->poll();
  }
  void run() {
    do {
      poll();
    } while (clock_->advance_to_next());
  }
  // The scripts that were sent.
  [[nodiscard]] std::vector<std::string> scripts() const {
    std::vector<std::string> found;
    for (const auto& sent : vk_->requests()) found.push_back(sent.find("code").value_or(""));
    return found;
  }
  void expect_call_state_to_go() {
    const std::weak_ptr<call_state> state{state_};
    const std::weak_ptr<call_batcher> batcher{batcher_};
    state_.reset();
    batcher_.reset();
    EXPECT_TRUE(state.expired()) << "nothing holds the client's state any more";
    EXPECT_TRUE(batcher.expired());
  }

  std::unique_ptr<asio::io_context> io_ = std::make_unique<asio::io_context>(1);
  std::shared_ptr<vkxx::testing::manual_clock> clock_ =
      std::make_shared<vkxx::testing::manual_clock>();
  std::shared_ptr<vkxx::testing::scripted_transport> vk_ =
      std::make_shared<vkxx::testing::scripted_transport>(clock_);
  std::shared_ptr<call_state> state_;
  std::shared_ptr<call_batcher> batcher_;
};

TEST_F(CallBatcher, SendsTogetherWhatComesWithinTheLingerWindow) {
  vk_->expect(call("execute").with_token(test::token())).reply("[1,2]");
  vk_->expect(call("execute")).reply("[3]");
  const auto first = start(read_of(1));
  poll();
  clock_->advance(4ms);
  const auto second = start(read_of(2));
  poll();
  EXPECT_TRUE(vk_->requests().empty()) << "the window is open";
  clock_->advance(1ms);
  poll();
  ASSERT_TRUE(first.done() && second.done());
  const auto third = start(read_of(3));
  run();
  EXPECT_EQ(first.answer(), "1");
  EXPECT_EQ(second.answer(), "2");
  EXPECT_EQ(third.answer(), "3");
  EXPECT_EQ(first.told().attempts, 1);
  EXPECT_FALSE(first.told().cancelled);
  EXPECT_THAT(scripts(), ElementsAre(R"(return [API.users.get({"user_ids":"1"}),)"
                                     R"(API.users.get({"user_ids":"2"})];)",
                                     R"(return [API.users.get({"user_ids":"3"})];)"));
  EXPECT_EQ(vk_->problems(), "");
  expect_call_state_to_go();
}

TEST_F(CallBatcher, KeepsTokensWritesAndPrioritiesApart) {
  use(batching{}.linger(0ms));
  vk_->expect(call("execute")).reply("[1,2]");
  vk_->expect(call("execute").with_token("other")).reply("[3]");
  vk_->expect(call("execute")).reply("[4]");
  vk_->expect(call("execute")).reply("[5]");
  const std::vector<waiting_call> started{start(read_of(1)), start(keyed_of(2)),
                                          start(read_of(3), "other"), start(write_of("4")),
                                          start(read_of(5), test::token(), call_priority::bulk)};
  run();
  for (std::size_t i = 0; i != started.size(); ++i) {
    EXPECT_EQ(started[i].answer(), std::to_string(i + 1));
  }
  EXPECT_EQ(vk_->problems(), "");
  expect_call_state_to_go();
}

TEST_F(CallBatcher, SendsNoMoreCallsAtATimeThanItMay) {
  use(batching{}.linger(0ms).max_calls(2));
  vk_->expect(call("execute")).reply("[0,1]");
  vk_->expect(call("execute")).reply("[2,3]");
  vk_->expect(call("execute")).reply("[4]");
  std::vector<waiting_call> started;
  for (int i = 0; i != 5; ++i) started.push_back(start(read_of(i)));
  run();
  for (int i = 0; i != 5; ++i) {
    EXPECT_EQ(started[static_cast<std::size_t>(i)].answer(), std::to_string(i));
  }
  EXPECT_EQ(vk_->problems(), "");
}

TEST_F(CallBatcher, KeepsScriptsWithinTheirLength) {
  use(batching{}.linger(0ms).max_code(150));
  vk_->expect(call("execute")).reply("[1]").times(3);
  const std::vector<waiting_call> started{start(write_of(std::string(100, 'a'))),
                                          start(write_of(std::string(100, 'b'))),
                                          start(write_of(std::string(1000, 'c')))};
  run();
  for (const auto& call : started) EXPECT_EQ(call.answer(), "1");
  EXPECT_EQ(vk_->problems(), "");
}

TEST_F(CallBatcher, MakesEqualReadsOnce) {
  use(batching{}.linger(0ms));
  vk_->expect(call("execute")).reply("[7]", after(1s));
  vk_->expect(call("execute")).reply("[8,9]");
  const auto first = start(read_of(1));
  const auto second = start(read_of(1));
  poll();
  const auto late = start(read_of(1));
  poll();
  ASSERT_EQ(vk_->requests().size(), 1U) << "the one under way serves the late one, too";
  run();
  EXPECT_EQ(first.answer(), "7");
  EXPECT_EQ(second.answer(), "7");
  EXPECT_EQ(late.answer(), "7");
  const auto write = start(keyed_of(1));
  const auto same = start(keyed_of(1));
  run();
  EXPECT_EQ(write.answer(), "8") << "writes are never joined";
  EXPECT_EQ(same.answer(), "9");
  EXPECT_EQ(vk_->problems(), "");
}

TEST_F(CallBatcher, MakesEqualReadsAsOftenAsAskedWhenJoiningIsOff) {
  use(batching{}.linger(0ms).join_equal_reads(false));
  vk_->expect(call("execute")).reply("[1,2]");
  const auto first = start(read_of(1));
  const auto second = start(read_of(1));
  run();
  EXPECT_EQ(first.answer(), "1");
  EXPECT_EQ(second.answer(), "2");
}

TEST_F(CallBatcher, GivesEachCallItsOwnError) {
  vk_->expect(call("execute")).reply_body(R"({"response":[1,false,3],"execute_errors":[
          {"method":"wall.post","error_code":7,"error_msg":"no"}]})");
  const auto first = start(write_of("1"));
  const auto second = start(write_of("2"));
  const auto third = start(write_of("3"));
  run();
  EXPECT_EQ(first.answer(), "1");
  ASSERT_TRUE(second.told().outcome);
  EXPECT_EQ(second.told().outcome->error(), api_errc::no_permission);
  EXPECT_EQ(third.answer(), "3");
}

TEST_F(CallBatcher, TellsAllOfAFailureOfTheWhole) {
  vk_->expect(call("execute")).fail(errc::connection_lost, request_effect::unknown);
  const auto read = start(write_of("1"));
  const auto write = start(write_of("2"));
  run();
  for (const auto& call : {read, write}) {
    ASSERT_TRUE(call.told().outcome);
    EXPECT_EQ(call.told().outcome->error(), errc::connection_lost);
    EXPECT_EQ(call.told().outcome->error().method(), "wall.post");
    EXPECT_EQ(call.told().effect, request_effect::unknown);
    EXPECT_EQ(call.told().attempts, 1);
  }
}

TEST_F(CallBatcher, SendsCallsAloneThatNeedMoreThanABatchCanGive) {
  for (const auto* const body :
       {R"({"response":[false],"execute_errors":[
            {"method":"users.get","error_code":6,"error_msg":"slow down"}]})",
        R"({"response":[false],"execute_errors":[{"method":"users.get","error_code":14,
            "captcha_sid":"1","captcha_img":"https://vk.ru/c"}]})",
        R"({"error":{"error_code":12,"error_msg":"compile"}})",
        R"({"error":{"error_code":5,"error_msg":"dead token"}})"}) {
    SCOPED_TRACE(body);
    vk_->expect(call("execute")).reply_body(body);
    const auto call = start(read_of(1));
    run();
    EXPECT_EQ(call.answer(), "alone");
    EXPECT_EQ(call.told().attempts, 1);
  }
  expect_call_state_to_go();
}

TEST_F(CallBatcher, HalvesAScriptThatIsTooMuchForVk) {
  constexpr const char* too_much = R"({"error_code":13,"error_msg":"too many operations"})";
  use(batching{}.linger(0ms));
  vk_->expect(call("execute")).reply_error(too_much);
  vk_->expect(call("execute")).reply("[1]");
  vk_->expect(call("execute")).reply_error(too_much);
  vk_->expect(call("execute")).reply("[2]");
  vk_->expect(call("execute")).reply_error(too_much);
  const std::vector<waiting_call> started{start(read_of(1)), start(read_of(2)), start(read_of(3))};
  run();
  EXPECT_EQ(started[0].answer(), "1");
  EXPECT_EQ(started[1].answer(), "2");
  EXPECT_EQ(started[2].answer(), "alone") << "nothing is left to halve";
  EXPECT_EQ(vk_->problems(), "");
  expect_call_state_to_go();
}

TEST_F(CallBatcher, RemembersATokenThatMayNotCallExecute) {
  vk_->expect(call("execute")).reply_error(R"({"error_code":28,"error_msg":"no execute"})");
  call_context context;
  context.state = state_;
  const auto call_of = [](const std::string& token) {
    return read_of(1).access_token(secret{token});
  };
  EXPECT_TRUE(batcher_->token_for(context, call_of("app")));
  EXPECT_FALSE(batcher_->token_for(context, call_of(""))) << "there is none";
  const auto call = start(read_of(1), "app");
  run();
  EXPECT_EQ(call.answer(), "alone");
  EXPECT_FALSE(batcher_->token_for(context, call_of("app")));
  EXPECT_TRUE(batcher_->token_for(context, call_of("user")));
}

TEST_F(CallBatcher, TakesWhatMayStandInAScript) {
  call_context context;
  context.state = state_;
  EXPECT_TRUE(batcher_->takes(context, read_of(1)));
  EXPECT_TRUE(batcher_->takes(context, read_of(1).access_token(secret{"own"})));
  EXPECT_FALSE(batcher_->takes(context, request{"execute"}.set("code", "return 1;")));
  EXPECT_FALSE(batcher_->takes(context, request{"photos.save"}));
  EXPECT_FALSE(batcher_->takes(context, request{"no.suchMethod"}));
  EXPECT_FALSE(batcher_->takes(context, read_of(1).set("v", "5.100"))) << "a common parameter";
}

TEST_F(CallBatcher, LetsACallGoWhileItGathers) {
  const auto first = start(read_of(1));
  const auto second = start(read_of(2));
  poll();
  first.signal->emit(asio::cancellation_type::total);
  poll();
  ASSERT_TRUE(first.done());
  EXPECT_TRUE(first.told().cancelled);
  EXPECT_EQ(first.told().effect, request_effect::not_sent);
  EXPECT_EQ(first.told().attempts, 0);
  EXPECT_FALSE(second.done());
  vk_->expect(call("execute")).reply("[2]");
  run();
  EXPECT_EQ(second.answer(), "2");
  EXPECT_THAT(scripts(), ElementsAre(R"(return [API.users.get({"user_ids":"2"})];)"));
  expect_call_state_to_go();
}

TEST_F(CallBatcher, SendsNothingWhenAllHaveLeft) {
  const std::vector<waiting_call> started{start(read_of(1)), start(read_of(1)), start(read_of(2))};
  poll();
  for (const auto& call : started) call.signal->emit(asio::cancellation_type::terminal);
  run();
  for (const auto& call : started) EXPECT_TRUE(call.told().cancelled);
  EXPECT_TRUE(vk_->requests().empty());
  expect_call_state_to_go();
}

TEST_F(CallBatcher, TellsACancelledCallWhatItsBatchDidSoFar) {
  use(batching{}.linger(0ms));
  vk_->expect(call("execute")).reply("[1,2]", after(1s));
  const auto first = start(write_of("1"));
  const auto second = start(write_of("2"));
  poll();
  ASSERT_EQ(vk_->requests().size(), 1U);
  first.signal->emit(asio::cancellation_type::partial);
  poll();
  ASSERT_TRUE(first.done());
  EXPECT_TRUE(first.told().cancelled);
  EXPECT_EQ(first.told().effect, request_effect::unknown);
  EXPECT_EQ(first.told().attempts, 1);
  first.signal->emit(asio::cancellation_type::terminal);
  run();
  EXPECT_EQ(second.answer(), "2") << "the batch goes on for the others";
  expect_call_state_to_go();
}

TEST_F(CallBatcher, EndsWithTheContextWhileCallsGather) {
  const auto call = start(read_of(1));
  poll();
  io_.reset();
  EXPECT_FALSE(call.done());
  expect_call_state_to_go();
}

TEST_F(CallBatcher, EndsWithTheContextWhileABatchIsUnderWay) {
  use(batching{}.linger(0ms));
  vk_->expect(call("execute")).never();
  const auto call = start(write_of("1"));
  poll();
  ASSERT_EQ(vk_->requests().size(), 1U);
  io_.reset();
  EXPECT_FALSE(call.done());
  expect_call_state_to_go();
}

TEST_F(CallBatcher, LivesThoughOnlyABatchUnderWayKnowsIt) {
  use(batching{}.linger(0ms));
  vk_->expect(call("execute")).reply("[1]", after(1s));
  const auto call = start(read_of(1));
  poll();
  batcher_.reset();
  state_.reset();
  run();
  EXPECT_EQ(call.answer(), "1");
}

// The answer comes on one thread while the contexts of those who wait are destroyed on another.
TEST_F(CallBatcher, AnswersWhileTheContextsOfTheWaitingAreDestroyed) {
  use(batching{}.linger(0ms));
  std::string answer = "[0";
  for (int i = 1; i != 8; ++i) answer += "," + std::to_string(i);
  vk_->expect(call("execute")).reply(answer + "]").any_times();
  for (int round = 0; round != 200; ++round) {
    auto dying = std::make_unique<asio::io_context>(1);
    asio::io_context living{1};
    std::vector<waiting_call> lost;
    std::vector<waiting_call> kept;
    for (int i = 0; i != 8; ++i) {
      auto& context = i % 2 == 0 ? *dying : living;
      (i % 2 == 0 ? lost : kept).push_back(start_on(context.get_executor(), read_of(i)));
    }
    dying->poll();
    living.poll();
    io_->restart();
    {
      std::jthread answering{[this] { io_->run(); }};
      dying.reset();
    }
    living.restart();
    living.run();
    for (const auto& call : lost) {
      EXPECT_FALSE(call.done());
      EXPECT_EQ(call.news.use_count(), 1) << "what waited went with its context";
    }
    for (const auto& call : kept) EXPECT_TRUE(call.done() && call.told().outcome);
  }
  expect_call_state_to_go();
}

// Arrivals, answers and cancellations on several threads at once, and the end in the middle.
TEST_F(CallBatcher, IsSafeToShare) {
  for (const bool to_the_end : {true, false}) {
    io_ = std::make_unique<asio::io_context>(3);
    use(batching{}.linger(0ms).max_calls(7));  // the script expects no call: each batch fails
    std::vector<waiting_call> started;
    for (int i = 0; i != 300; ++i) {
      const auto strand = asio::make_strand(*io_);
      started.push_back(start_on(to_the_end ? asio::any_io_executor{strand} : io_->get_executor(),
                                 i % 3 == 0 ? write_of("x") : read_of(i % 50)));
      if (to_the_end && i % 4 == 0) {
        asio::post(strand, [signal = started.back().signal] {
          signal->emit(asio::cancellation_type::terminal);
        });
      }
    }
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i != 3; ++i) {
        threads.emplace_back([&, this] {
          if (to_the_end) io_->run();
          for (int step = 0; step != 200 && !to_the_end; ++step) io_->poll_one();
        });
      }
    }
    if (to_the_end) {
      for (const auto& call : started) EXPECT_TRUE(call.done());
      started.clear();  // its signals hold strands of the context
    }
    io_.reset();
    expect_call_state_to_go();
  }
}

}  // namespace
}  // namespace vkxx::detail
