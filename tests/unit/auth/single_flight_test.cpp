// Many ask for a token, one gets it for all.
#include "auth/tokens/single_flight.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <vkxx/testing/manual_clock.hpp>

namespace vkxx::auth {
namespace {

using namespace vkxx::auth::detail;

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using token_result = result<access_token>;

token_result token_of(const std::string& text) {
  return access_token{secret{text}};
}

error refused() {
  return error{errc::authorization_failed, request_effect::rejected, "refused"};
}

// One who waits for a token, and what came of it.
struct waiter {
  std::shared_ptr<std::optional<single_flight::outcome>> heard =
      std::make_shared<std::optional<single_flight::outcome>>();
  std::shared_ptr<asio::cancellation_signal> signal = std::make_shared<asio::cancellation_signal>();

  [[nodiscard]] bool done() const { return heard->has_value(); }
  // The token, `abandoned`, or the error.
  [[nodiscard]] std::string outcome() const {
    const auto& got = heard->value();
    if (!got) return "abandoned";
    return *got ? (*got)->text.expose() : failure().message();
  }
  [[nodiscard]] error failure() const { return (**heard)->error(); }
  void cancel(asio::cancellation_type type = asio::cancellation_type::terminal) const {
    signal->emit(type);
  }
};

asio::awaitable<void> listen(asio::awaitable<single_flight::outcome> joining,
                             std::shared_ptr<std::optional<single_flight::outcome>> heard) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  auto outcome = co_await std::move(joining);
  heard->emplace(std::move(outcome));
}

class SingleFlightOfTokens : public ::testing::Test {
 protected:
  waiter join(single_flight::work begun) { return join_on(*io_, std::move(begun)); }
  waiter join_on(asio::io_context& context, single_flight::work begun) {
    return listen_on(context, single_flight::join(flight_, std::move(begun)));
  }
  waiter join(std::shared_ptr<refresh_worker> worker, single_flight::worker_work begun) {
    return listen_on(*io_, single_flight::join(flight_, std::move(worker), std::move(begun)));
  }
  static waiter listen_on(asio::io_context& context,
                          asio::awaitable<single_flight::outcome> joining) {
    waiter waits;
    asio::co_spawn(context, listen(std::move(joining), waits.heard),
                   asio::bind_cancellation_slot(waits.signal->slot(), asio::detached));
    return waits;
  }
  // Gets the token a second later, by the clock.
  single_flight::work slow(const std::string& text) {
    return [this, text] { return fetch(begun_, clock_, token_of(text)); };
  }
  static asio::awaitable<token_result> fetch(std::shared_ptr<int> begun,
                                             std::shared_ptr<clock> time, token_result outcome) {
    ++*begun;
    auto waiting = wait_until(*time, time->now() + 1s);
    if (co_await std::move(waiting)) {
      throw boost::system::system_error{asio::error::operation_aborted};
    }
    co_return outcome;
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
  [[nodiscard]] int begun() const { return *begun_; }

  std::unique_ptr<asio::io_context> io_ = std::make_unique<asio::io_context>(1);
  std::shared_ptr<testing::manual_clock> clock_ = std::make_shared<testing::manual_clock>();
  std::shared_ptr<single_flight> flight_ = std::make_shared<single_flight>();
  std::shared_ptr<int> begun_ = std::make_shared<int>();
};

TEST_F(SingleFlightOfTokens, GetsOneTokenForAll) {
  std::vector<waiter> waiters;
  for (int i = 0; i != 100; ++i) waiters.push_back(join(slow("token " + std::to_string(i))));
  poll();
  waiters.push_back(join(slow("late")));
  run();
  for (const auto& waiter : waiters) EXPECT_EQ(waiter.outcome(), "token 0");
  EXPECT_EQ(begun(), 1);
}

TEST_F(SingleFlightOfTokens, BeginsAgainAfterTheEnd) {
  for (const auto* const text : {"first", "second"}) {
    const auto waiter = join(slow(text));
    run();
    EXPECT_EQ(waiter.outcome(), text);
  }
  EXPECT_EQ(begun(), 2);
}

TEST_F(SingleFlightOfTokens, TellsAllOfAFailure) {
  const auto fails = [this] { return fetch(begun_, clock_, refused()); };
  const auto first = join(fails);
  const auto second = join(fails);
  run();
  for (const auto& waiter : {first, second}) {
    EXPECT_EQ(waiter.failure(), errc::authorization_failed);
    EXPECT_EQ(waiter.failure().effect(), request_effect::rejected);
  }
  EXPECT_EQ(begun(), 1);
}

TEST_F(SingleFlightOfTokens, TurnsExceptionsIntoErrors) {
  struct row {
    std::function<void()> fail;
    errc code;
  };
  const std::vector<row> table{
      {[] { throw std::runtime_error{"no terminal"}; }, errc::handler_failed},
      {[] { throw_error(refused()); }, errc::authorization_failed},
      {[] { throw boost::system::system_error{asio::error::operation_aborted}; }, errc::cancelled},
      {[] { throw boost::system::system_error{asio::error::eof}; }, errc::handler_failed},
      {[] { throw 1; }, errc::handler_failed},
  };
  for (const auto& row : table) {
    const auto inside = [](std::function<void()> fail) -> asio::awaitable<token_result> {
      fail();
      co_return refused();
    };
    const auto first = join([&] { return inside(row.fail); });
    run();
    EXPECT_EQ(first.failure(), row.code);
    // Before there is a coroutine at all.
    const auto second = join([&]() -> asio::awaitable<token_result> {
      row.fail();
      return inside(row.fail);
    });
    run();
    EXPECT_EQ(second.failure(), row.code);
  }
}

TEST_F(SingleFlightOfTokens, LetsEachWaiterGoAlone) {
  const auto first = join(slow("token"));
  const auto second = join(slow("other"));
  const auto third = join(slow("other"));
  poll();
  first.cancel(asio::cancellation_type::total);
  third.cancel(asio::cancellation_type::partial);
  poll();
  ASSERT_TRUE(first.done() && third.done());
  EXPECT_EQ(first.failure(), errc::cancelled);
  EXPECT_EQ(third.failure(), errc::cancelled);
  EXPECT_FALSE(second.done());
  run();
  EXPECT_EQ(second.outcome(), "token") << "the work goes on though who began it has left";
  EXPECT_EQ(begun(), 1);
}

TEST_F(SingleFlightOfTokens, CancelsTheWorkWhenNobodyIsLeft) {
  const auto first = join(slow("token"));
  const auto second = join(slow("other"));
  poll();
  first.cancel();
  second.cancel();
  poll();
  ASSERT_TRUE(first.done() && second.done());
  EXPECT_EQ(clock_->waiting(), 0U) << "the work waits no more";
  const auto third = join(slow("third"));
  run();
  EXPECT_EQ(third.outcome(), "third");
  EXPECT_EQ(begun(), 2);
}

TEST_F(SingleFlightOfTokens, SendsAwayWhoComesWhileTheWorkIsCancelled) {
  const auto first = join(slow("token"));
  poll();
  first.cancel();
  const auto late = join(slow("late"));
  poll();
  EXPECT_EQ(first.failure(), errc::cancelled);
  ASSERT_TRUE(late.done());
  EXPECT_EQ(late.outcome(), "abandoned") << "it was not cancelled itself";
}

TEST_F(SingleFlightOfTokens, GivesATokenThatComesInSpiteOfTheCancellation) {
  const auto stubborn = [](std::shared_ptr<clock> time) -> asio::awaitable<token_result> {
    auto waiting = wait_until(*time, time->now() + 1s);
    static_cast<void>(co_await std::move(waiting));
    co_return token_of("anyway");
  };
  const auto first = join([&] { return stubborn(clock_); });
  poll();
  first.cancel();
  const auto late = join(slow("late"));
  run();
  EXPECT_EQ(first.failure(), errc::cancelled);
  EXPECT_EQ(late.outcome(), "anyway");
}

TEST_F(SingleFlightOfTokens, IgnoresACancellationAfterTheEnd) {
  const auto waiter = join(slow("token"));
  run();
  waiter.cancel();
  const auto next = join(slow("next"));
  run();
  EXPECT_EQ(waiter.outcome(), "token");
  EXPECT_EQ(next.outcome(), "next");
}

TEST_F(SingleFlightOfTokens, HoldsNothingOnceTheWorkIsOver) {
  const std::weak_ptr<single_flight> flight{flight_};
  const auto kept = std::make_shared<int>();
  const auto waiter = join([this, kept] { return fetch(begun_, clock_, token_of("token")); });
  run();
  EXPECT_TRUE(io_->stopped()) << "no work is left";
  EXPECT_EQ(kept.use_count(), 1);
  flight_.reset();
  EXPECT_TRUE(flight.expired());
}

// The context dies after so many steps, before or after the first has joined.
TEST_F(SingleFlightOfTokens, AbandonsTheWaitingWhenTheContextOfTheWorkDies) {
  int abandoned = 0;
  for (int steps = 0; steps != 8; ++steps) {
    SCOPED_TRACE(steps);
    *begun_ = 0;
    asio::io_context other{1};
    const auto lost = join(slow("token"));
    io_->restart();
    for (int i = 0; i != steps; ++i) io_->poll_one();
    const auto waits = join_on(other, slow("other"));
    other.poll();
    io_ = std::make_unique<asio::io_context>(1);
    other.restart();
    other.poll();
    EXPECT_FALSE(lost.done());
    if (!waits.done()) {
      // The first had not come so far as to join.
      EXPECT_EQ(begun(), 1);
      clock_->advance(1s);
      other.restart();
      other.poll();
      EXPECT_EQ(waits.outcome(), "other");
    } else {
      EXPECT_EQ(waits.outcome(), "abandoned");
      ++abandoned;
    }
    const auto next = join(slow("next"));
    run();
    EXPECT_EQ(next.outcome(), "next");
  }
  EXPECT_GT(abandoned, 0);
}

TEST_F(SingleFlightOfTokens, ForgetsWhoDiesWithAnotherContext) {
  auto other = std::make_unique<asio::io_context>(1);
  const auto stays = join(slow("token"));
  poll();
  const auto lost = join_on(*other, slow("other"));
  other->poll();
  other.reset();
  run();
  EXPECT_EQ(stays.outcome(), "token");
  EXPECT_FALSE(lost.done());
  EXPECT_EQ(lost.heard.use_count(), 1) << "what waited went with its context";
}

TEST_F(SingleFlightOfTokens, LeavesTheWorkToTheWorkerWhenNobodyIsLeft) {
  const auto worker = std::make_shared<refresh_worker>();
  std::promise<void> goes_on;
  const auto gate = goes_on.get_future().share();
  const auto ended = std::make_shared<std::promise<void>>();
  const auto work = [gate, ended](refresh_worker::run& here) -> asio::awaitable<token_result> {
    here.commit(1min);
    gate.wait();
    ended->set_value();
    co_return token_of("of the worker");
  };
  const auto first = join(worker, work);
  poll();
  first.cancel();
  poll();
  EXPECT_EQ(first.failure(), errc::cancelled);
  const auto second = join(worker, work);
  poll();
  goes_on.set_value();
  io_->restart();
  io_->run();
  EXPECT_EQ(second.outcome(), "of the worker");
  EXPECT_EQ(ended->get_future().wait_for(0s), std::future_status::ready);
}

// The worker completes on its own thread while the context of the waiting is destroyed.
TEST_F(SingleFlightOfTokens, OutlivesContextsThatDieWhileTheWorkerEnds) {
  for (int round = 0; round != 200; ++round) {
    const auto worker = std::make_shared<refresh_worker>();
    const auto go = std::make_shared<std::promise<void>>();
    const auto gate = go->get_future().share();
    const auto work = [gate](refresh_worker::run&) -> asio::awaitable<token_result> {
      gate.wait();
      co_return token_of("token");
    };
    std::vector<waiter> waiters;
    for (int i = 0; i != 4; ++i) waiters.push_back(join(worker, work));
    poll();
    go->set_value();
    io_ = std::make_unique<asio::io_context>(1);
    for (const auto& waiter : waiters) {
      EXPECT_FALSE(waiter.done());
      EXPECT_EQ(waiter.heard.use_count(), 1);
    }
  }
}

// The last who waits leaves, in a context of another thread, at the moment at which the context of
// the work dies.
TEST_F(SingleFlightOfTokens, IsCancelledWhileTheContextOfTheWorkDies) {
  const auto queued = []() -> asio::awaitable<token_result> {
    for (;;) {
      const auto executor = co_await asio::this_coro::executor;
      co_await asio::post(executor, asio::use_awaitable);
    }
  };
  for (int round = 0; round != 500; ++round) {
    asio::io_context other{1};
    // Its frame dies early in the end of the context, or at the very last.
    const auto first = round % 2 == 0 ? join(slow("token")) : join([&] { return queued(); });
    for (int i = 0; i != 5; ++i) io_->poll_one();
    const auto last = join_on(other, slow("other"));
    other.poll();
    first.cancel();
    for (int i = 0; i != 5; ++i) io_->poll_one();
    other.restart();
    {
      std::jthread leaving{[&] {
        last.cancel();
        other.poll();
      }};
      io_ = std::make_unique<asio::io_context>(1);
    }
    other.restart();
    other.poll();
    ASSERT_TRUE(last.done());
    EXPECT_THAT(last.outcome(), ::testing::AnyOf("abandoned", HasSubstr("cancelled")));
  }
}

TEST_F(SingleFlightOfTokens, IsSafeToShare) {
  io_ = std::make_unique<asio::io_context>(4);
  std::atomic<int> works = 0;
  std::atomic<int> running = 0;
  const auto quick = [&]() -> asio::awaitable<token_result> {
    EXPECT_EQ(++running, 1) << "one at a time";
    ++works;
    const auto executor = co_await asio::this_coro::executor;
    co_await asio::post(executor, asio::use_awaitable);
    --running;
    co_return token_of("token");
  };
  std::vector<waiter> waiters;
  for (int i = 0; i != 400; ++i) {
    waiter waits;
    const auto strand = asio::make_strand(*io_);
    asio::co_spawn(strand,
                   listen(single_flight::join(flight_, [&] { return quick(); }), waits.heard),
                   asio::bind_cancellation_slot(waits.signal->slot(), asio::detached));
    if (i % 5 == 0) asio::post(strand, [waits] { waits.cancel(); });
    waiters.push_back(std::move(waits));
  }
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i != 4; ++i) threads.emplace_back([this] { io_->run(); });
  }
  for (const auto& waiter : waiters) EXPECT_TRUE(waiter.done());
  EXPECT_GE(works, 1);
}

}  // namespace
}  // namespace vkxx::auth
