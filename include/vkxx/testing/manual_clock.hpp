/// @file
/// A clock that the test moves.
#pragma once

#include <cstddef>
#include <memory>

#include <vkxx/core/clock.hpp>

namespace vkxx::testing {

/// A clock that only the test moves, so that a test of timeouts and delays takes no time and is
/// reproducible (`retries::seed` makes the random numbers of a client reproducible).
///
/// ```cpp
/// auto clock = std::make_shared<vkxx::testing::manual_clock>();
/// vkxx::client vk{io.get_executor(), vkxx::config{}.time_source(clock)};
/// …
/// while (io.poll(), clock->advance_to_next()) {}   // runs everything in the clock's time
/// ```
///
/// A pending wait counts as work of its executor, as with a timer: `io_context::run` does not
/// return before it completes.
///
/// Thread safety: safe to share.
class manual_clock final : public clock {
 public:
  /// Starts at an arbitrary time, or at `start`.
  manual_clock();
  explicit manual_clock(time_point start);
  /// Completes pending waits with `operation_aborted`.
  ~manual_clock() override;

  [[nodiscard]] time_point now() const noexcept override;
  void async_wait_until(
      asio::any_io_executor executor, time_point when,
      asio::any_completion_handler<void(boost::system::error_code)> handler) override;

  /// Moves the clock forward. Due waits complete by a post, in the order of their times. A negative
  /// duration has no effect; an overflow stops at the maximum.
  void advance(duration by);
  /// Moves the clock forward to `moment`. No effect if `moment` has passed.
  void advance_to(time_point moment);
  /// Moves the clock to the earliest pending wait. Returns false if there is none.
  bool advance_to_next();
  /// The number of pending waits.
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace vkxx::testing
