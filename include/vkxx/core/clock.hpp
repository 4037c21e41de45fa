/// @file
/// Replaceable clocks: the real one, or one that a test moves by hand.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <memory>

namespace vkxx {

namespace asio = boost::asio;

/// A point in time. Only differences are meaningful: it does not follow the wall clock.
using time_point = std::chrono::steady_clock::time_point;
/// A span of time.
using duration = std::chrono::steady_clock::duration;

/// No limit.
inline constexpr time_point no_deadline = (time_point::max)();

/// A clock with timers.
///
/// Thread safety: implementations must be safe to share between threads.
class clock {
 public:
  clock() = default;
  clock(const clock&) = delete;
  clock& operator=(const clock&) = delete;
  virtual ~clock() = default;

  /// The current time.
  [[nodiscard]] virtual time_point now() const noexcept = 0;

  /// Calls `handler` once, when the clock reaches `when` (at once if it is past), or with
  /// `asio::error::operation_aborted` when it is cancelled through its cancellation slot. The
  /// handler runs on its associated executor (else on `executor`), never inside this function.
  /// What an implementation leaves in the slot does nothing once the wait has ended.
  virtual void async_wait_until(
      asio::any_io_executor executor, time_point when,
      asio::any_completion_handler<void(boost::system::error_code)> handler) = 0;
};

/// The machine's steady clock. Stateless and shared: every call returns the same object.
[[nodiscard]] std::shared_ptr<clock> system_clock();

/// Waits until `when`.
///
/// Completion: at `when`, at once if it is past. Errors: `operation_aborted` when cancelled.
/// Cancellation: terminal, partial and total. Lifetime: `time` must live until the wait ends; keep
/// the shared pointer in the coroutine. Executor: the awaiting coroutine's.
[[nodiscard]] asio::awaitable<boost::system::error_code> wait_until(clock& time, time_point when);

}  // namespace vkxx
