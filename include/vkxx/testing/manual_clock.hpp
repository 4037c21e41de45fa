/// @file
/// A clock that a test moves by hand.
#pragma once

#include <cstddef>
#include <memory>

#include <vkxx/core/clock.hpp>

namespace vkxx::testing {

/// Stands still until it is moved: a test of timeouts and delays takes no time, and always the
/// same; what a client draws at random is always the same with `retries::seed`.
///
/// ```cpp
/// auto clock = std::make_shared<vkxx::testing::manual_clock>();
/// vkxx::client vk{io.get_executor(), vkxx::config{}.time_source(clock)};
/// …
/// while (io.poll(), clock->advance_to_next()) {}   // runs all, in the clock's time
/// ```
///
/// A wait is work of the waiting coroutine's event loop, as a timer is: `io_context::run` does not
/// return while one is open.
///
/// Thread safety: safe to share.
class manual_clock final : public clock {
 public:
  /// Stands at an arbitrary moment, or at `start`.
  manual_clock();
  explicit manual_clock(time_point start);
  /// Waits that are still open end with `operation_aborted`.
  ~manual_clock() override;

  [[nodiscard]] time_point now() const noexcept override;
  void async_wait_until(
      asio::any_io_executor executor, time_point when,
      asio::any_completion_handler<void(boost::system::error_code)> handler) override;

  /// Moves the clock on. The waits that are due then complete by a post, in the order of their
  /// moments. A negative span does nothing; one beyond the end of time stops there.
  void advance(duration by);
  /// Moves the clock on to `moment`; does nothing if it is past.
  void advance_to(time_point moment);
  /// Moves the clock to the earliest moment that somebody waits for; false if nobody does.
  bool advance_to_next();
  /// How many waits are open.
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace vkxx::testing
