// A thread that retries at given moments until nothing is left to do.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <vkxx/core/clock.hpp>

namespace vkxx::auth::detail {

// The thread sleeps between attempts. It does not exist while no attempt is scheduled.
//
// The destructor ends the sleep, and waits for an attempt in progress. In a child process after
// `fork` there is no thread, and nothing to wait for.
//
// Thread safety: safe to share.
class save_timer {
 public:
  // Makes one attempt and returns the moment of the next, or an empty optional after the last. Must
  // not throw.
  using attempt = std::function<std::optional<time_point>()>;

  save_timer();
  save_timer(const save_timer&) = delete;
  save_timer& operator=(const save_timer&) = delete;
  ~save_timer();

  // Schedules the first attempt at `moment`. No effect while an attempt is scheduled, or if no
  // thread is available; a later call may then succeed.
  void start(time_point moment, attempt next) noexcept;

 private:
  class loop;

  std::mutex mutex_;
  std::shared_ptr<loop> loop_;
};

}  // namespace vkxx::auth::detail
