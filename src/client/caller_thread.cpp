#include "client/caller_thread.hpp"

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace vkxx::detail {

caller_thread::caller_thread() {
  // Fails only for an initial value that is too large.
  static_cast<void>(sem_init(&news_, 0, 0));
}

caller_thread::~caller_thread() {
  sem_destroy(&news_);
}

result<reply> caller_thread::wait() {
  for (;;) {
    while (sem_wait(&news_) != 0) {
      // Interrupted by a signal; its handler has run.
    }
    std::unique_lock lock{mutex_};
    if (failure_) std::rethrow_exception(failure_);
    if (outcome_) return std::move(*outcome_);
    const auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
  }
}

void caller_thread::finish(result<reply> outcome) {
  {
    const std::lock_guard lock{mutex_};
    if (outcome_ || failure_) return;
    outcome_.emplace(std::move(outcome));
  }
  // The caller owns the object, too, so it still exists.
  sem_post(&news_);
}

void caller_thread::fail(std::exception_ptr failure) {
  {
    const std::lock_guard lock{mutex_};
    if (outcome_ || failure_) return;
    failure_ = std::move(failure);
  }
  sem_post(&news_);
}

void caller_thread::add(std::function<void()> job) {
  {
    const std::lock_guard lock{mutex_};
    jobs_.push_back(std::move(job));
  }
  sem_post(&news_);
}

asio::awaitable<void> caller_thread::run(std::shared_ptr<caller_thread> caller,
                                         std::function<void()> job) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&caller, &executor, &job](auto handler) {
    // Shared, because std::function needs a copyable job.
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

}  // namespace vkxx::detail
