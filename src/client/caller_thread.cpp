#include "client/caller_thread.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace vkxx {

result<reply> caller_thread::wait() {
  std::unique_lock lock{mutex_};
  for (;;) {
    changed_.wait(lock, [&] { return outcome_.has_value() || !jobs_.empty(); });
    if (outcome_) return std::move(*outcome_);
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

void caller_thread::finish(result<reply> outcome) {
  {
    const std::lock_guard lock{mutex_};
    if (!outcome_) outcome_.emplace(std::move(outcome));
  }
  // Not under the lock: the thread that wakes would only run into it. Whoever calls this owns the
  // object as well.
  changed_.notify_one();
}

void caller_thread::add(std::function<void()> job) {
  {
    const std::lock_guard lock{mutex_};
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

asio::awaitable<void> caller_thread::run(std::shared_ptr<caller_thread> caller,
                                         std::function<void()> job) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&caller, &executor, &job](auto handler) {
    // Shared, because std::function wants a job that can be copied.
    auto parked = std::make_shared<parked_handler<bool>>(
        executor, asio::any_completion_handler<void(bool)>{std::move(handler)});
    caller->add([parked = std::move(parked), job = std::move(job)] {
      job();
      parked->complete(true);
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(bool)>(initiation,
                                                                            asio::use_awaitable);
}

}  // namespace vkxx
