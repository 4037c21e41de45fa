// Calls with each kind of completion token.
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <memory_resource>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/call_bench.hpp"
#include "support/pretend_methods.hpp"

namespace vkxx::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr const char* no_access = R"({"error_code":15,"error_msg":"Access denied"})";

TEST(AsyncCall, CompletesACallback) {
  call_bench bench;
  bench.vk->expect(call("users.get").with("user_ids", "1")).reply("[7]");
  std::optional<result<reply>> outcome;
  bench.face().async_call(request{"users.get"}.set("user_ids", 1), {},
                          [&](result<reply> completed) { outcome.emplace(std::move(completed)); });
  EXPECT_FALSE(outcome) << "not from inside of async_call";
  bench.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->value().json().at(0), 7);
}

TEST(AsyncCall, GivesFailuresToACallbackAsAResult) {
  call_bench bench;
  bench.vk->expect(call("wall.get")).reply_error(no_access);
  std::optional<result<reply>> outcome;
  bench.face().async_call(request{"wall.get"}, {},
                          [&](result<reply> completed) { outcome.emplace(std::move(completed)); });
  bench.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->error(), api_errc::access_denied);
}

TEST(AsyncCall, KeepsTheOptions) {
  call_bench bench;
  std::optional<result<reply>> outcome;
  bench.face().async_call(request{"users.get"}, call_options{}.total_timeout(0ms),
                          [&](result<reply> completed) { outcome.emplace(std::move(completed)); });
  bench.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->error(), errc::deadline_exceeded);
}

TEST(AsyncCall, FulfilsAFuture) {
  call_bench bench;
  bench.vk->expect(call("users.get")).reply("1");
  std::future<result<reply>> future =
      bench.face().async_call(request{"users.get"}, {}, asio::use_future);
  bench.run();
  ASSERT_EQ(future.wait_for(0s), std::future_status::ready);
  EXPECT_EQ(future.get().value().json(), 1);
}

TEST(AsyncCall, StartsADeferredCallWhenItIsLaunched) {
  call_bench bench;
  auto operation = bench.face().async_call(request{"users.get"}, {}, asio::deferred);
  bench.run();
  EXPECT_TRUE(bench.vk->requests().empty());
  bench.vk->expect(call("users.get")).reply("1");
  std::optional<result<reply>> outcome;
  std::move(operation)([&](result<reply> completed) { outcome.emplace(std::move(completed)); });
  bench.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->value().json(), 1);
}

TEST(AsyncCall, IsAwaitedLikeAnyOperation) {
  call_bench bench;
  bench.vk->expect(call("users.get")).reply("1");
  std::optional<result<reply>> outcome;
  const auto coroutine = [](client vk,
                            std::optional<result<reply>>& into) -> asio::awaitable<void> {
    into.emplace(co_await vk.async_call(request{"users.get"}, {}, asio::use_awaitable));
  };
  asio::co_spawn(bench.io, coroutine(bench.face(), outcome), asio::detached);
  bench.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->value().json(), 1);
}

using loop_executor = asio::io_context::executor_type;
constexpr asio::use_awaitable_t<loop_executor> use_loop_awaitable;

TEST(AsyncCall, IsAwaitedOnAnExecutorTypeOfItsOwn) {
  call_bench bench;
  bench.vk->expect(call("users.get")).reply("1");
  bench.vk->expect(call("a.get")).reply("2");
  std::optional<result<reply>> outcome;
  std::optional<result<std::int64_t>> number;
  const auto coroutine =
      [](client vk, std::optional<result<reply>>& into,
         std::optional<result<std::int64_t>>& number_into) -> asio::awaitable<void, loop_executor> {
    into.emplace(co_await vk.async_call(request{"users.get"}, {}, use_loop_awaitable));
    number_into.emplace(co_await vk.async_call(pretend::get_number{1}, {}, use_loop_awaitable));
  };
  asio::co_spawn(bench.io.get_executor(), coroutine(bench.face(), outcome, number), asio::detached);
  bench.run();
  ASSERT_TRUE(number);
  EXPECT_EQ(outcome->value().json(), 1);
  EXPECT_EQ(number->value(), 2);
}

TEST(AsyncCall, DecodesTheResultOfAMethod) {
  call_bench bench;
  bench.vk->expect(call("a.get").with("id", "5")).reply("42");
  bench.vk->expect(call("a.get")).reply(R"("text")");
  bench.vk->expect(call("a.raw")).reply("1");
  auto good = bench.face().async_call(pretend::get_number{5}, {}, asio::use_future);
  bench.run();
  EXPECT_EQ(good.get().value(), 42);
  auto misfit = bench.face().async_call(pretend::get_number{6}, {}, asio::use_future);
  bench.run();
  EXPECT_EQ(misfit.get().error(), errc::unexpected_type);
  auto raw =
      bench.face().async_call(pretend::get_raw{}, call_options{}.keep_raw(true), asio::use_future);
  bench.run();
  EXPECT_TRUE(raw.get().value().kept);
}

TEST(AsyncCall, ChecksAMethodBeforeItIsSent) {
  call_bench bench;
  auto refused = bench.face().async_call(pretend::get_number{101},
                                         call_options{}.local_checks(true), asio::use_future);
  EXPECT_EQ(refused.wait_for(0s), std::future_status::timeout);
  bench.run();
  const auto failure = refused.get().error();
  EXPECT_EQ(failure, errc::invalid_argument);
  EXPECT_EQ(failure.effect(), request_effect::not_sent);
  EXPECT_TRUE(bench.vk->requests().empty());
}

TEST(AsyncCall, IsCancelledByTheSlotOfTheHandler) {
  for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::partial,
                          asio::cancellation_type::total}) {
    call_bench bench;
    bench.vk->expect(call("a.get")).reply("1", after{1h});
    asio::cancellation_signal signal;
    std::optional<result<std::int64_t>> outcome;
    bench.face().async_call(
        pretend::get_number{1}, {},
        asio::bind_cancellation_slot(signal.slot(), [&](result<std::int64_t> completed) {
          outcome.emplace(std::move(completed));
        }));
    bench.poll();
    EXPECT_FALSE(outcome);
    signal.emit(type);
    bench.poll();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->error(), errc::cancelled);
  }
}

TEST(AsyncCall, LeavesNothingInASignalThatOutlivesTheLoop) {
  asio::cancellation_signal signal;
  {
    call_bench bench;
    bench.vk->expect(call("users.get")).reply("1", after{1h});
    bench.face().async_call(request{"users.get"}, {},
                            asio::bind_cancellation_slot(signal.slot(), [](result<reply>) {}));
    bench.poll();
  }
  signal.emit(asio::cancellation_type::terminal);
}

TEST(AsyncCall, CompletesOnTheExecutorOfTheHandler) {
  call_bench bench;
  bench.vk->expect(call("users.get")).reply("1");
  asio::io_context other;
  std::optional<result<reply>> outcome;
  bench.face().async_call(request{"users.get"}, {},
                          asio::bind_executor(other, [&](result<reply> completed) {
                            EXPECT_TRUE(other.get_executor().running_in_this_thread());
                            outcome.emplace(std::move(completed));
                          }));
  bench.run();
  EXPECT_FALSE(outcome);
  EXPECT_FALSE(other.stopped()) << "an unfinished call is work of the handler's executor";
  other.run();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(outcome->has_value());
}

class counting_resource final : public std::pmr::memory_resource {
 public:
  int allocations = 0;
  int open = 0;

 private:
  void* do_allocate(std::size_t size, std::size_t alignment) override {
    ++allocations;
    ++open;
    return std::pmr::new_delete_resource()->allocate(size, alignment);
  }
  void do_deallocate(void* place, std::size_t size, std::size_t alignment) override {
    --open;
    std::pmr::new_delete_resource()->deallocate(place, size, alignment);
  }
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }
};

TEST(AsyncCall, UsesTheAllocatorOfTheHandler) {
  counting_resource memory;
  {
    call_bench bench;
    bench.vk->expect(call("users.get")).reply("1");
    bool completed = false;
    bench.face().async_call(
        request{"users.get"}, {},
        asio::bind_allocator(std::pmr::polymorphic_allocator<std::byte>{&memory},
                             [&](result<reply>) { completed = true; }));
    bench.run();
    EXPECT_TRUE(completed);
  }
  EXPECT_GT(memory.allocations, 0);
  EXPECT_EQ(memory.open, 0);
}

TEST(AsyncCall, TakesHandlersThatCannotBeCopied) {
  call_bench bench;
  bench.vk->expect(call("a.get")).reply("3");
  std::int64_t number = 0;
  bench.face().async_call(pretend::get_number{1}, {},
                          [&, owned = std::make_unique<int>(4)](result<std::int64_t> completed) {
                            number = completed.value() + *owned;
                          });
  bench.run();
  EXPECT_EQ(number, 7);
}

TEST(AsyncCall, OutlivesTheClient) {
  call_bench bench;
  bench.vk->expect(call("users.get")).reply("1");
  auto future = bench.face().async_call(request{"users.get"}, {}, asio::use_future);
  bench.drop_client();
  bench.run();
  EXPECT_TRUE(future.get());
}

TEST(AsyncCall, IsCancelledIfTheContextOfTheClientIsGone) {
  auto io = std::make_unique<asio::io_context>();
  const client vk{io->get_executor(), config{}};
  io.reset();
  auto future = vk.async_call(request{"users.get"}, {}, asio::use_future);
  const auto outcome = future.get();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), errc::cancelled);
  EXPECT_EQ(outcome.error().effect(), request_effect::not_sent);
  EXPECT_THAT(outcome.error().message(), HasSubstr("context of the client is gone"));
}

TEST(AsyncCall, ThrowsForAClientThatWasMovedFrom) {
  asio::io_context io;
  client vk{io.get_executor(), config{}};
  const client taken{std::move(vk)};
  // NOLINTNEXTLINE(bugprone-use-after-move): that is the subject
  EXPECT_THROW(vk.async_call(request{"users.get"}, {}, [](result<reply>) {}), usage_exception);
}

}  // namespace
}  // namespace vkxx::test
