// Names of servers whose lookup takes long.
#include "core/async/name_lookup.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <future>
#include <optional>

namespace vkxx::detail {
namespace {

// A lookup that answers when it may.
class slow_names {
 public:
  name_lookup::function function() {
    return [may = may_, begun = begun_](const std::string&, const std::string&) {
      begun->set_value();
      may.wait();
      found_addresses found;
      found.endpoints.emplace_back(asio::ip::address_v4::loopback(), std::uint16_t{9});
      return found;
    };
  }
  void wait_until_begun() { begun_->get_future().wait(); }
  void answer() { allow_.set_value(); }

 private:
  std::promise<void> allow_;
  std::shared_future<void> may_ = allow_.get_future().share();
  std::shared_ptr<std::promise<void>> begun_ = std::make_shared<std::promise<void>>();
};

asio::awaitable<void> looked_up(const name_lookup& names, std::optional<found_addresses>& result) {
  auto found = co_await names.look_up("slow.example", "80");
  result = std::move(found);
}

TEST(NameLookup, GivesTheAddresses) {
  asio::io_context context;
  slow_names slow;
  slow.answer();
  const name_lookup names{slow.function()};
  std::optional<found_addresses> found;
  asio::co_spawn(context, looked_up(names, found), [](const std::exception_ptr&) {});
  context.run();
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->failure);
  ASSERT_EQ(found->endpoints.size(), 1U);
  EXPECT_EQ(found->endpoints.front().port(), 9);
}

TEST(NameLookup, AsksTheSystem) {
  const auto found = addresses_of("localhost", "8080");
  ASSERT_FALSE(found.failure) << found.failure.message();
  EXPECT_EQ(found.endpoints.front().port(), 8080);
  EXPECT_TRUE(found.endpoints.front().address().is_loopback());
}

TEST(NameLookup, AsksNobodyForANumericAddress) {
  asio::io_context context;
  int questions = 0;
  const name_lookup names{[&questions](const std::string&, const std::string&) {
    ++questions;
    return found_addresses{};
  }};
  std::optional<found_addresses> found;
  const auto look_up = [&]() -> asio::awaitable<void> {
    auto known = co_await names.look_up("::1", "80");
    found = std::move(known);
  };
  asio::co_spawn(context, look_up(), [](const std::exception_ptr&) {});
  context.run();
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->failure);
  EXPECT_EQ(found->endpoints.front(),
            (asio::ip::tcp::endpoint{asio::ip::address_v6::loopback(), 80}));
  EXPECT_EQ(questions, 0);
}

// On several threads an answer may come before anybody waits for it.
TEST(NameLookup, WaitsOnSeveralThreads) {
  constexpr int lookups = 200;
  asio::thread_pool threads{4};
  const name_lookup names{[](const std::string&, const std::string&) {
    found_addresses found;
    found.endpoints.emplace_back(asio::ip::address_v4::loopback(), std::uint16_t{9});
    return found;
  }};
  std::atomic<int> good = 0;
  const auto look_up = [&](int turns) -> asio::awaitable<void> {
    for (int turn = 0; turn < turns; ++turn) {
      const auto found = co_await names.look_up("quick.example", "80");
      if (!found.failure) ++good;
    }
  };
  for (int i = 0; i < 4; ++i)
    asio::co_spawn(threads, look_up(lookups / 4), [](const std::exception_ptr&) {});
  threads.join();
  EXPECT_EQ(good, lookups);
}

// The system has not answered yet when all of this is over.
TEST(NameLookup, EndsAtOnceWhenItIsCancelled) {
  slow_names slow;
  {
    asio::io_context context;
    const name_lookup names{slow.function()};
    std::optional<found_addresses> found;
    asio::cancellation_signal cancel;
    asio::co_spawn(context, looked_up(names, found),
                   asio::bind_cancellation_slot(cancel.slot(), [](const std::exception_ptr&) {}));
    context.poll();
    slow.wait_until_begun();
    cancel.emit(asio::cancellation_type::terminal);
    context.run();
  }
  slow.answer();
}

TEST(NameLookup, IsForgottenWithItsContext) {
  slow_names slow;
  std::optional<found_addresses> found;
  const name_lookup names{slow.function()};
  {
    asio::io_context context;
    asio::co_spawn(context, looked_up(names, found), [](const std::exception_ptr&) {});
    context.poll();
    slow.wait_until_begun();
  }
  slow.answer();
  EXPECT_FALSE(found);
}

TEST(NameLookup, TakesNoLongerThanItMay) {
  asio::io_context context;
  slow_names slow;
  const name_lookup names{slow.function(), std::chrono::seconds{0}};
  std::optional<found_addresses> found;
  asio::co_spawn(context, looked_up(names, found), [](const std::exception_ptr&) {});
  context.run();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->failure, asio::error::timed_out);
  slow.wait_until_begun();
  slow.answer();
}

}  // namespace
}  // namespace vkxx::detail
