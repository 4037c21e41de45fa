// A thread for work that must outlive the event loop that requested it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>

#include <vkxx/core/clock.hpp>

namespace vkxx::auth::detail {

// Runs one coroutine at a time on a thread and an event loop of its own. Neither exists without
// work.
//
// The destructor cancels work that has not passed `run::commit`, and waits for work that has: at
// most the time passed there, plus some seconds. No other destructor of the project waits. In a
// child process after `fork` there is no thread, and nothing to wait for.
//
// Thread safety: safe to share.
class refresh_worker {
 public:
  // The current work, as the work itself sees it. Valid until its coroutine is destroyed.
  class run {
   public:
    virtual ~run() = default;
    // From now on the work runs to its end, which must come after at most `limit`.
    virtual void commit(duration limit) noexcept = 0;
  };
  // The coroutine must own what it needs, and must not throw.
  using work = std::function<asio::awaitable<void>(run&)>;

  refresh_worker();
  refresh_worker(const refresh_worker&) = delete;
  refresh_worker& operator=(const refresh_worker&) = delete;
  ~refresh_worker();

  // The previous work must have ended, or be about to. Throws `std::system_error` if no thread or
  // no descriptor is available; the coroutine, if already created, is then destroyed.
  void start(const work& begun);

 private:
  class loop;

  std::mutex mutex_;
  std::shared_ptr<loop> last_;
};

}  // namespace vkxx::auth::detail
