#include "bot_testing/step_clock.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace vkxx::bot_testing::detail {

void step_clock::async_wait_until(
    asio::any_io_executor executor, time_point when,
    asio::any_completion_handler<void(boost::system::error_code)> handler) {
  {
    const std::lock_guard lock{mutex_};
    ++due_[when];
  }
  manual_.async_wait_until(std::move(executor), when, std::move(handler));
}

wall_time step_clock::time_of_day() const {
  using std::chrono::system_clock;
  constexpr std::chrono::seconds first_day{1'767'225'600};  // 1 January 2026
  return system_clock::time_point{
      first_day + std::chrono::duration_cast<system_clock::duration>(now() - start_)};
}

void step_clock::step(time_point limit) {
  auto target = limit;
  {
    const std::lock_guard lock{mutex_};
    due_.erase(due_.begin(), due_.upper_bound(now()));
    if (!due_.empty()) target = std::min(limit, due_.begin()->first);
  }
  manual_.advance_to(target);
}

}  // namespace vkxx::bot_testing::detail
