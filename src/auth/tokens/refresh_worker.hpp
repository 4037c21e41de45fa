// A thread that does what must not end with the event loop that asked for it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <mutex>

#include <vkxx/core/clock.hpp>

namespace vkxx::auth::detail {

// Runs one coroutine at a time on a thread and an event loop of its own; without work there is
// neither.
//
// The destructor cancels work that has not passed `run::commit`, and waits for work that has: at
// most as long as was said there, and some seconds. No other destructor of the project waits. In a
// child process after `fork` there is no thread, and nothing to wait for.
//
// Thread safety: safe to share.
class refresh_worker {
 public:
  // The work under way, as the work itself sees it: valid until its coroutine is destroyed.
  class run {
   public:
    virtual ~run() = default;
    // From now on the work goes on to its end, which comes after `limit` at the latest.
    virtual void commit(duration limit) noexcept = 0;
  };
  // The coroutine owns what it needs, and lets no exception out.
  using work = std::function<asio::awaitable<void>(run&)>;

  refresh_worker();
  refresh_worker(const refresh_worker&) = delete;
  refresh_worker& operator=(const refresh_worker&) = delete;
  ~refresh_worker();

  // The work before it must have ended, or be about to. Throws `std::system_error` if no thread or
  // no descriptor can be had; a coroutine that was made is destroyed then.
  void start(const work& begun);

 private:
  class loop;

  std::mutex mutex_;
  std::shared_ptr<loop> last_;
};

}  // namespace vkxx::auth::detail
