#include "emulator/http/tasks/running_tasks.hpp"

#include <gtest/gtest.h>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

namespace vkxx::emulation::detail {
namespace {

// Waits until it is cancelled, and ends inside of the cancellation, as some operations of Beast do.
asio::awaitable<void> wait_for_the_end(int& ended) {
  auto initiation = [](auto handler) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    const auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
    slot.assign([waiting](asio::cancellation_type) {
      auto last = std::move(*waiting);
      std::move(last)();
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(initiation,
                                                                        asio::use_awaitable);
  ++ended;
}

TEST(RunningTasks, MayEndInsideOfTheirCancellation) {
  asio::io_context context;
  running_tasks tasks{context};
  int ended = 0;
  for (int i = 0; i < 3; ++i) tasks.spawn(wait_for_the_end(ended));
  context.poll();
  EXPECT_FALSE(tasks.empty());
  context.restart();
  asio::post(context, [&tasks] { tasks.end(); });
  context.poll();
  EXPECT_EQ(ended, 3);
  EXPECT_TRUE(tasks.empty());
}

asio::awaitable<void> do_nothing() {
  co_return;
}

TEST(RunningTasks, AreEmptyAgainAfterMany) {
  asio::io_context context;
  running_tasks tasks{context};
  for (int i = 0; i < 100; ++i) {
    tasks.spawn(do_nothing());
    context.restart();
    context.poll();
    EXPECT_TRUE(tasks.empty());
  }
}

}  // namespace
}  // namespace vkxx::emulation::detail
