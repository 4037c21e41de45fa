// A manual clock that knows when something is due.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include <vkxx/core/clock.hpp>
#include <vkxx/state/inbox_row.hpp>
#include <vkxx/testing/manual_clock.hpp>

namespace vkxx::bot_testing::detail {

// Thread safety: safe to share.
class step_clock final : public clock {
 public:
  [[nodiscard]] time_point now() const noexcept override { return manual_.now(); }
  void async_wait_until(
      asio::any_io_executor executor, time_point when,
      asio::any_completion_handler<void(boost::system::error_code)> handler) override;

  // The time of day that belongs to `now`.
  [[nodiscard]] wall_time time_of_day() const;
  // Moves to the next moment at which something may be due, at most to `limit`.
  void step(time_point limit);

 private:
  testing::manual_clock manual_;
  const time_point start_ = manual_.now();
  std::mutex mutex_;
  std::map<time_point, int> due_;  // with those that were cancelled
};

}  // namespace vkxx::bot_testing::detail
