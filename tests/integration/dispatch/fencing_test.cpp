// Handlers whose update may be somebody else's by now, and commits without an answer.
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include <vkxx/testing/scripted_transport.hpp>
#include "integration/dispatch/dispatch_support.hpp"
#include "support/forwarding_state.hpp"

namespace vkxx::testing {
namespace {

using namespace std::chrono_literals;

// The first commit with such a change is made, and its answer is lost.
template <class Change>
class unanswered_state final : public forwarding_state {
 public:
  asio::awaitable<result<commit_receipt>> commit(state_unit unit) override {
    bool loses = false;
    for (const auto& change : unit.changes()) {
      loses = loses || std::holds_alternative<Change>(change);
    }
    auto committing = base().commit(std::move(unit));
    auto committed = co_await std::move(committing);
    if (!loses || std::exchange(lost_, true)) co_return committed;
    co_return error{errc::state_failed, request_effect::unknown, "the connection is lost"};
  }

 private:
  bool lost_ = false;
};

// All of it is one part of a shared inbox, under a lease that the test gives.
class leased_state final : public forwarding_state, public shared_inbox {
 public:
  shared_inbox* sharing() noexcept override { return this; }
  void join(std::vector<std::string> /*sources*/) override { joined_ = true; }
  void change_sources(std::vector<std::string> /*sources*/) override {}
  asio::awaitable<result<std::vector<inbox_change>>> next_changes() override {
    if (std::exchange(joined_, false)) {
      auto summing = base().summary();
      auto known = co_await std::move(summing);
      std::vector<inbox_change> changes(1);
      changes[0].kind = inbox_change_kind::part_won;
      changes[0].shares = std::move(known->shares);
      co_return changes;
    }
    boost::system::error_code ignored;
    const auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor);
    timer_ = timer;
    timer->expires_at((std::chrono::steady_clock::time_point::max)());
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!news_.empty()) co_return std::exchange(news_, {});
    co_return error{errc::cancelled, request_effect::not_sent, "left"};
  }
  // The process finds out that it has lost the part.
  void report_loss() {
    news_.resize(1);
    news_[0].kind = inbox_change_kind::part_lost;
    resign();
  }
  void hand_over_part(std::uint32_t /*part*/) noexcept override {}
  void hand_over_source(const std::string& /*source*/) noexcept override {}
  asio::awaitable<result<void>> leave() override {
    resign();
    co_return result<void>{};
  }
  void resign() noexcept override {
    if (const auto timer = timer_.lock()) timer->cancel();
  }
  std::uint64_t lease_of(std::uint32_t /*part*/) const noexcept override { return lease; }

  std::uint64_t lease = 7;

 private:
  bool joined_ = false;
  std::vector<inbox_change> news_;
  std::weak_ptr<asio::steady_timer> timer_;  // of the coroutine, which may end with its executor
};

// A handler that waits, and then does what the test gives it.
class late_handler {
 public:
  using work = std::function<asio::awaitable<void>(const update_context&)>;

  late_handler(dispatch_world& world, work late) : late_{std::move(late)} {
    world.updates().on_update([this, &world](update_context context) -> asio::awaitable<void> {
      ++started;
      while (!enough) {
        auto waiting = wait_until(world.clock(), world.clock().now() + 1s);
        if (const auto failure = co_await std::move(waiting)) co_return;
      }
      auto working = late_(context);
      co_await std::move(working);
      ended = true;
    });
  }

  int started = 0;
  bool enough = false;
  bool ended = false;

 private:
  work late_;
};

std::shared_ptr<scripted_transport> transport_for(dispatch_world& world) {
  auto transport = std::make_shared<scripted_transport>();
  transport->expect(call("messages.send")).reply("1").times(9);
  world.options().client(
      vkxx::client{world.io.get_executor(), config{}.transport(transport).limits(limits{}.off())});
  return transport;
}

// Everything by which a handler acts, and the error of each.
asio::awaitable<void> act(const update_context& context, std::vector<error>& errors) {
  auto sending = context.vk().try_call(request{"messages.send"}.set("peer_id", 1));
  if (const auto sent = co_await std::move(sending); !sent) errors.push_back(sent.error());
  const auto effect = []() -> asio::awaitable<std::string> { co_return "done"; };
  auto effecting = context.once("effect", effect);
  if (const auto done = co_await std::move(effecting); !done) errors.push_back(done.error());
  auto changing = context.change("shared", [](const auto&) { return std::string{"x"}; });
  if (const auto changed = co_await std::move(changing); !changed) {
    errors.push_back(changed.error());
  }
}

void expect_refused(const std::vector<error>& errors, const std::string& reason) {
  ASSERT_EQ(errors.size(), 3U);
  for (const auto& failure : errors) {
    EXPECT_EQ(failure, errc::cancelled);
    EXPECT_NE(failure.message().find(reason), std::string::npos) << failure.message();
  }
}

TEST(Fencing, AHandlerWhoseLeaseEndedDoesNothingMore) {
  // Ended, and won again meanwhile: another process may have handled the update between.
  for (const std::uint64_t now : {0U, 8U}) {
    const auto store = std::make_shared<leased_state>();
    dispatch_world world{store};
    const auto transport = transport_for(world);
    world.add("source", {{message(5, 1, 1)}}, false);
    std::vector<error> errors;
    late_handler handler{world,
                         [&](const update_context& context) { return act(context, errors); }};
    world.start();
    world.turn([&] { return handler.started == 1; });
    ASSERT_EQ(handler.started, 1);
    store->lease = now;
    handler.enough = true;
    world.turn([&] { return handler.ended; });
    expect_refused(errors, "has lost the part");
    EXPECT_TRUE(transport->requests().empty());
    EXPECT_FALSE(outcome_of(store->read("shared")).value());
  }
}

TEST(Fencing, ACallThatWaitsForTheLimitIsRefusedOnceItsLeaseHasEnded) {
  // Whether the dispatcher has cancelled the handler by then, or not yet.
  for (const bool cancelled : {false, true}) {
    const auto store = std::make_shared<leased_state>();
    dispatch_world world{store};
    const auto transport = std::make_shared<scripted_transport>();
    transport->expect(call("messages.send")).reply("1").times(2);
    const auto settings = config{}
                              .transport(transport)
                              .time_source(world.options().time_source())
                              .limits(limits{}.per_second(1));
    world.options().client(vkxx::client{world.io.get_executor(), settings});
    world.add("source", {{message(5, 1, 1)}}, false);
    std::optional<error> refused;
    world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
      for (int number = 1; number <= 2 && !refused; ++number) {
        auto sending = context.vk().try_call(request{"messages.send"}.set("peer_id", number));
        if (const auto sent = co_await std::move(sending); !sent) refused = sent.error();
      }
    });
    world.start();
    world.turn([&] { return transport->requests().size() == 1; });
    store->lease = 0;
    if (cancelled) store->report_loss();
    world.turn([&] { return refused.has_value(); });
    ASSERT_TRUE(refused);
    EXPECT_EQ(*refused, errc::cancelled);
    EXPECT_EQ(refused->effect(), request_effect::not_sent);
    EXPECT_EQ(refused->attempts(), 0);
    EXPECT_NE(refused->message().find("has lost the part"), std::string::npos)
        << refused->message();
    EXPECT_EQ(transport->requests().size(), 1U);
  }
}

asio::awaitable<void> call_beside(vkxx::client vk, call_options options,
                                  std::optional<result<reply>>& outcome) {
  auto calling = vk.try_call(request{"users.get"}.set("user_ids", 2), std::move(options));
  outcome.emplace(co_await std::move(calling));
}

// The batch is sent, since somebody else's call is in it.
TEST(Fencing, ACallInABatchIsNotSentOnceItsLeaseHasEnded) {
  const auto store = std::make_shared<leased_state>();
  dispatch_world world{store};
  const auto transport = std::make_shared<scripted_transport>();
  transport->expect(call("utils.getServerTime")).reply("1");
  transport->expect(call("execute")).reply("[[{\"id\":2}]]");
  const auto settings = config{}
                            .transport(transport)
                            .access_token("token")
                            .time_source(world.options().time_source())
                            .limits(limits{}.per_second(1))
                            .batching(batching{});
  const vkxx::client vk{world.io.get_executor(), settings};
  world.options().client(vk);
  world.add("source", {{message(5, 1, 1)}}, false);
  std::optional<error> refused;
  const auto urgent = call_options{}.priority(call_priority::urgent);
  std::optional<result<reply>> other;
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    auto alone = vk.try_call(request{"utils.getServerTime"}, call_options{urgent}.batch(false));
    static_cast<void>(co_await std::move(alone));
    asio::co_spawn(world.io, call_beside(vk, urgent, other), asio::detached);
    auto batched = context.vk().try_call(request{"users.get"}.set("user_ids", 1));
    if (const auto sent = co_await std::move(batched); !sent) refused = sent.error();
  });
  world.start();
  world.turn([&] { return transport->requests().size() == 1; });
  store->lease = 0;
  world.turn([&] { return refused && other; });
  ASSERT_TRUE(refused);
  EXPECT_EQ(*refused, errc::cancelled);
  EXPECT_EQ(refused->effect(), request_effect::not_sent);
  EXPECT_EQ(refused->attempts(), 0);
  EXPECT_NE(refused->message().find("has lost the part"), std::string::npos) << refused->message();
  ASSERT_TRUE(other && *other);
  ASSERT_EQ(transport->requests().size(), 2U);
  const auto code = transport->requests().back().find("code").value_or("");
  EXPECT_NE(code.find("\"user_ids\":\"2\""), std::string::npos) << code;
  EXPECT_EQ(code.find("\"user_ids\":\"1\""), std::string::npos) << code;
}

TEST(Fencing, AHandlerActsWhileItsLeaseLasts) {
  const auto store = std::make_shared<leased_state>();
  dispatch_world world{store};
  const auto transport = transport_for(world);
  world.add("source", {{message(5, 1, 1)}});
  std::vector<error> errors;
  late_handler handler{world, [&](const update_context& context) { return act(context, errors); }};
  handler.enough = true;
  EXPECT_EQ(world.run().handled, 1U);
  EXPECT_TRUE(errors.empty());
  EXPECT_EQ(transport->requests().size(), 1U);
}

TEST(Fencing, AHandlerIsNotStartedWithoutALease) {
  const auto store = std::make_shared<leased_state>();
  store->lease = 0;
  dispatch_world world{store};
  world.add("source", {{message(5, 1, 1)}}, false);
  late_handler handler{world, [](const update_context&) -> asio::awaitable<void> { co_return; }};
  handler.enough = true;
  world.start();
  const auto end = world.clock().now() + 5s;
  world.turn([&] { return world.clock().now() >= end; });
  EXPECT_EQ(handler.started, 0);
  store->lease = 7;
  world.turn([&] { return handler.ended; });
  EXPECT_EQ(handler.started, 1);
}

TEST(Fencing, ADispatcherThatWasOvertakenSendsAndCommitsNothing) {
  const auto store = std::make_shared<memory_state>();
  dispatch_world first{store};
  const auto transport = transport_for(first);
  first.add("source", {{message(5, 1, 1)}}, false);
  std::vector<error> errors;
  late_handler late{first, [&](const update_context& context) {
                      context.write("key", "first");
                      return act(context, errors);
                    }};
  first.start();
  first.turn([&] { return late.started == 1; });

  dispatch_world second{store};
  second.add("another", {}, false);
  late_handler waiting{second, [](const update_context&) -> asio::awaitable<void> { co_return; }};
  second.start();
  second.turn([&] { return waiting.started == 1; });
  ASSERT_EQ(waiting.started, 1);

  // The row is still there, so that nothing else would show it.
  late.enough = true;
  first.turn();
  expect_refused(errors, "another dispatcher");
  EXPECT_TRUE(transport->requests().empty());
  ASSERT_TRUE(first.report);
  EXPECT_EQ(first.report->error(), errc::state_conflict);
  EXPECT_FALSE(outcome_of(store->read("key")).value());
  EXPECT_EQ(outcome_of(store->summary()).value().rows, 1U);
  waiting.enough = true;
  second.turn([&] { return second.updates().metrics().handled == 1; });
  EXPECT_EQ(second.updates().metrics().handled, 1U);
}

TEST(Fencing, ACommitWhoseAnswerWasLostCountsOnce) {
  dispatch_world world{std::make_shared<unanswered_state<vkxx::detail::finish_change>>()};
  world.add("source", {{message(5, 1, 1), message(5, 1, 2)}});
  int runs = 0;
  world.updates().on_update([&](update_context context) -> asio::awaitable<void> {
    ++runs;
    auto reading = context.read("count");
    const auto before = (co_await std::move(reading)).value().value_or("0");
    context.write("count", std::to_string(std::stoi(before) + 1));
  });
  const auto report = world.run();
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(report.handled, 2U);
  EXPECT_EQ(report.left, 0U);
  EXPECT_EQ(world.count(dispatch_notice_kind::row_removed), 0U);
}

TEST(Fencing, AFailureWhoseAnswerWasLostCountsOnce) {
  const auto store = std::make_shared<unanswered_state<vkxx::detail::retry_change>>();
  dispatch_world world{store};
  world.add("source", {{message(5, 1, 1)}});
  world.updates().on_update([](update_context) -> asio::awaitable<void> {
    throw std::runtime_error{"for now"};
    co_return;
  });
  EXPECT_EQ(world.run().left, 0U);
  inbox_query dead;
  dead.dead = true;
  const auto page = outcome_of(store->take(dead)).value();
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows.at(0).failures, 4);
}

TEST(Fencing, ADeadLetterWhoseAnswerWasLostIsReportedOnce) {
  dispatch_world world{std::make_shared<unanswered_state<vkxx::detail::bury_change>>()};
  world.add("source", {{message(5, 1, 1)}});
  world.updates().on_update([](update_context) -> asio::awaitable<handler_outcome> {
    co_return handler_outcome::failed(
        error{errc::invalid_argument, request_effect::not_sent, "never"});
  });
  EXPECT_EQ(world.run().left, 0U);
  EXPECT_EQ(world.updates().metrics().dead_letters, 1U);
  EXPECT_EQ(world.count(dispatch_notice_kind::dead_letter), 1U);
  EXPECT_EQ(world.count(dispatch_notice_kind::row_removed), 0U);
}

TEST(Fencing, DeadLettersThatAStoreRemovesAreReported) {
  const auto few = memory_state_options{}.max_dead(1);
  dispatch_world world{std::make_shared<memory_state>(few)};
  world.add("source", {{message(5, 1, 1), message(5, 2, 1), message(5, 3, 1)}});
  world.updates().on_update([](update_context) -> asio::awaitable<handler_outcome> {
    co_return handler_outcome::failed(
        error{errc::invalid_argument, request_effect::not_sent, "never"});
  });
  world.run();
  EXPECT_EQ(world.count(dispatch_notice_kind::dead_letter), 3U);
  EXPECT_EQ(world.count(dispatch_notice_kind::dead_letters_removed), 2U);
}

}  // namespace
}  // namespace vkxx::testing
