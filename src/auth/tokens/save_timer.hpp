// A thread that tries again, at the moments it is given, until there is no more to do.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include <vkxx/core/clock.hpp>

namespace vkxx::auth::detail {

// Between attempts the thread sleeps; without one to come there is no thread.
//
// The destructor ends the sleep, and waits for an attempt under way. In a child process after
// `fork` there is no thread, and nothing to wait for.
//
// Thread safety: safe to share.
class save_timer {
 public:
  // Makes one attempt, and gives the moment of the next; nothing: there is none. Throws nothing.
  using attempt = std::function<std::optional<time_point>()>;

  save_timer();
  save_timer(const save_timer&) = delete;
  save_timer& operator=(const save_timer&) = delete;
  ~save_timer();

  // The first attempt is at `moment`. Without effect while there is an attempt to come. No thread
  // to be had: nothing happens, and a later call may have more luck.
  void start(time_point moment, attempt next) noexcept;

 private:
  class loop;

  std::mutex mutex_;
  std::shared_ptr<loop> loop_;
};

}  // namespace vkxx::auth::detail
