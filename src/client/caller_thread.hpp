// The thread that waits in a blocking call, and runs the program's ordinary hooks meanwhile.
#pragma once

#include <semaphore.h>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <vkxx/client/reply.hpp>
#include "core/async/parked_handler.hpp"

namespace vkxx::detail {

// Thread safety: `wait` belongs to the calling thread, the rest may be called from any.
class caller_thread {
 public:
  caller_thread();
  caller_thread(const caller_thread&) = delete;
  caller_thread& operator=(const caller_thread&) = delete;
  ~caller_thread();

  // The thread that made this, and waits.
  [[nodiscard]] std::thread::id thread() const noexcept { return thread_; }
  // Runs jobs until `finish` was called; gives what it was called with.
  [[nodiscard]] result<reply> wait();
  // Ends `wait`. Only the first call counts.
  void finish(result<reply> outcome);

  // Runs `job` on the waiting thread and resumes when it is done. Cannot be cancelled: the job owns
  // what it needs and is awaited. `job` must not throw.
  [[nodiscard]] static asio::awaitable<void> run(std::shared_ptr<caller_thread> caller,
                                                 std::function<void()> job);

 private:
  void add(std::function<void()> job);

  // One for each job, and one for the outcome. POSIX's, since after a wait on a condition variable
  // glibc takes its mutex for contended and pays a system call to unlock it, and C++'s semaphore
  // yields the processor a few times before it sleeps.
  const std::thread::id thread_ = std::this_thread::get_id();
  sem_t news_{};
  std::mutex mutex_;
  std::deque<std::function<void()>> jobs_;
  std::optional<result<reply>> outcome_;
};

}  // namespace vkxx::detail
