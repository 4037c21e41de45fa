#include "core/async/parked_handler.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using vkxx::detail::parked_handler;

// What happens around a completion.
struct scene {
  std::promise<void> posted;
  std::promise<void> context_gone;
  std::future<void> end_of_context = context_gone.get_future();
  std::atomic<bool> outlived = false;
};

// A handler that stays for a while in the thread that completes it: its remains after the post wait
// for the end of the context, in vain if that waits for them.
class lingering_handler {
 public:
  explicit lingering_handler(std::shared_ptr<scene> stage) : stage_{std::move(stage)} {}
  lingering_handler(lingering_handler&& from) noexcept
      : stage_{from.stage_}, moved_from_{std::exchange(from.moved_from_, true)} {}
  lingering_handler& operator=(lingering_handler&&) = delete;
  ~lingering_handler() {
    if (!moved_from_ || std::this_thread::get_id() != stage_thread || lingered) return;
    lingered = true;
    stage_->posted.set_value();
    stage_->outlived = stage_->end_of_context.wait_for(100ms) == std::future_status::ready;
  }
  void operator()(bool) const {}

  static inline thread_local bool lingered = false;
  static inline std::thread::id stage_thread;

 private:
  std::shared_ptr<scene> stage_;
  bool moved_from_ = false;
};

TEST(ParkedHandler, AContextDoesNotGoDownUnderACompletionByAnotherThread) {
  const auto stage = std::make_shared<scene>();
  auto context = std::make_unique<asio::io_context>();
  std::optional<parked_handler<bool>> parked;
  parked.emplace(asio::any_io_executor{context->get_executor()}, lingering_handler{stage});
  std::jthread completing{[&] {
    lingering_handler::stage_thread = std::this_thread::get_id();
    parked->complete(true);
  }};
  stage->posted.get_future().wait();
  context.reset();
  stage->context_gone.set_value();
  completing.join();
  EXPECT_FALSE(stage->outlived);
}

TEST(ParkedHandler, IsCompletedOrDroppedWhicheverComesFirst) {
  for (int round = 0; round < 2000; ++round) {
    auto context = std::make_unique<asio::io_context>();
    const auto token = std::make_shared<int>();
    parked_handler<bool> parked{
        asio::any_io_executor{context->get_executor()},
        [kept = std::shared_ptr<int>{token}](bool) { FAIL() << "nobody ran the context"; }};
    std::jthread completing{[&parked] { parked.complete(true); }};
    context.reset();
    completing.join();
    EXPECT_EQ(token.use_count(), 1) << "the handler is kept beyond its context";
  }
}

TEST(ParkedHandler, LetsTheContextEndWhenItIsDropped) {
  asio::io_context context;
  const auto token = std::make_shared<int>();
  parked_handler<bool> parked{asio::any_io_executor{context.get_executor()},
                              [token = token](bool) { FAIL() << "it was dropped"; }};
  context.poll();
  EXPECT_FALSE(context.stopped()) << "a parked handler is work";
  parked.drop();
  EXPECT_EQ(token.use_count(), 1);
  parked.complete(true);
  parked.drop();
  context.poll();
  EXPECT_TRUE(context.stopped());
}

TEST(ParkedHandler, IsCompletedThoughItIsDroppedAfterwards) {
  asio::io_context context;
  int completed = 0;
  parked_handler<bool> parked{asio::any_io_executor{context.get_executor()},
                              [&completed](bool) { ++completed; }};
  parked.complete(true);
  parked.drop();
  context.poll();
  EXPECT_EQ(completed, 1);
}

}  // namespace
