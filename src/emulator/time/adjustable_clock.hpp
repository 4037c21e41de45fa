/// @file
/// The emulator's clock: that of the options, moved and stopped on demand.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include <vkxx/core/clock.hpp>

namespace vkxx::emulation::detail {

/// Runs with another clock, ahead of it by an offset, or stands still.
///
/// Thread safety: safe to share. A wait ends when this clock has reached its time, moved or not.
class adjustable_clock final : public clock, public std::enable_shared_from_this<adjustable_clock> {
 public:
  /// @param base not null.
  explicit adjustable_clock(std::shared_ptr<clock> base) : base_{std::move(base)} {}

  [[nodiscard]] time_point now() const noexcept override;
  void async_wait_until(
      asio::any_io_executor executor, time_point when,
      asio::any_completion_handler<void(boost::system::error_code)> handler) override;

  /// Moves the clock forward. @param step not negative.
  void advance(duration step);
  /// Moves the clock to `when`; does nothing if that is past.
  void advance_to(time_point when);
  void freeze();
  void run();
  [[nodiscard]] bool frozen() const;
  /// How far the clock is ahead of the other one; negative after it has stood still.
  [[nodiscard]] duration offset() const;

 private:
  struct wait;

  [[nodiscard]] time_point now_locked() const noexcept;
  void move_locked(duration step);
  void look_later(const std::shared_ptr<wait>& waiting);
  void look(const std::shared_ptr<wait>& waiting, boost::system::error_code failure);

  std::shared_ptr<clock> base_;
  mutable std::mutex mutex_;
  duration offset_{};
  std::optional<time_point> stopped_at_;
  std::set<std::weak_ptr<wait>, std::owner_less<>> waits_;
};

}  // namespace vkxx::emulation::detail
