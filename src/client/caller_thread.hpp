// The thread that waits in a blocking call and meanwhile runs the program's ordinary hooks.
#pragma once

#include <semaphore.h>

#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <vkxx/client/reply.hpp>
#include "core/async/parked_handler.hpp"

namespace vkxx::detail {

// Thread safety: `wait` is for the calling thread only; the rest may be called from any thread.
class caller_thread {
 public:
  caller_thread();
  caller_thread(const caller_thread&) = delete;
  caller_thread& operator=(const caller_thread&) = delete;
  ~caller_thread();

  // The thread that created this object and waits.
  [[nodiscard]] std::thread::id thread() const noexcept { return thread_; }
  // Runs jobs until `finish` or `fail` is called; returns or throws its argument.
  [[nodiscard]] result<reply> wait();
  // End `wait`. Only the first call counts.
  void finish(result<reply> outcome);
  void fail(std::exception_ptr failure);

  // Runs `job` on the waiting thread and resumes when it is done. Cannot be cancelled. `job` owns
  // its data and must not throw.
  [[nodiscard]] static asio::awaitable<void> run(std::shared_ptr<caller_thread> caller,
                                                 std::function<void()> job);

 private:
  void add(std::function<void()> job);

  // Posted for each job and for the outcome. A POSIX semaphore: after a wait on a condition
  // variable glibc treats its mutex as contended and unlocks it by a system call, and
  // std::counting_semaphore yields the processor a few times before it sleeps.
  const std::thread::id thread_ = std::this_thread::get_id();
  sem_t news_{};
  std::mutex mutex_;
  std::deque<std::function<void()>> jobs_;
  std::optional<result<reply>> outcome_;
  std::exception_ptr failure_;
};

}  // namespace vkxx::detail
