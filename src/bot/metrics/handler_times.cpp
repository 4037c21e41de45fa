#include "bot/metrics/handler_times.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace vkxx::detail {
namespace {

constexpr std::size_t most_pairs = 200;

}  // namespace

void handler_times::add(std::string_view type, std::string_view route, duration time) {
  const auto seconds = std::chrono::duration<double>{time}.count();
  const auto& bounds = latency_histogram::bounds;
  const auto place = std::lower_bound(bounds.begin(), bounds.end(), seconds) - bounds.begin();
  std::pair<std::string, std::string> name{type, route};
  const std::lock_guard lock{mutex_};
  if (times_.size() >= most_pairs && !times_.contains(name)) name = {"other", "other"};
  auto& histogram = times_[name];
  ++histogram.counts.at(static_cast<std::size_t>(place));
  histogram.sum += std::chrono::duration_cast<std::chrono::nanoseconds>(time);
}

handler_times::table handler_times::seen() const {
  const std::lock_guard lock{mutex_};
  return times_;
}

}  // namespace vkxx::detail
