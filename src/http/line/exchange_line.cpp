#include "http/line/exchange_line.hpp"

#include <utility>

namespace vkxx::http::detail {
namespace {

// As many streams of HTTP/2 as libcurl puts on one connection; servers usually allow them.
constexpr std::size_t streams_per_connection = 100;
// Lanes of hosts without an exchange are kept up to this number.
constexpr std::size_t most_idle_lanes = 64;

}  // namespace

bool exchange_line::enter(place& mine, std::string_view host, bool waits_for_events) {
  auto found = lanes_.find(host);
  if (found == lanes_.end()) found = lanes_.emplace(std::string{host}, lane{}).first;
  auto& at = found->second;
  const auto which = waits_for_events ? kind::waits_for_events : kind::ordinary;
  auto& waiting = at.waiting[static_cast<std::size_t>(which)];
  const bool begins = waiting.empty() && may_begin(at, which);
  if (!begins) waiting.insert(waiting.end(), ++last_);
  mine.lane_ = found;
  mine.number_ = last_;
  mine.kind_ = which;
  if (begins) {
    change_running(at, which, 1);
    mine.state_ = place::state::running;
  } else {
    ++waiting_;
    mine.state_ = place::state::waiting;
  }
  return begins;
}

std::optional<exchange_line::ticket> exchange_line::next() const noexcept {
  if (waiting_ == 0) return std::nullopt;
  std::optional<ticket> first;
  for (const auto& [host, at] : lanes_) {
    for (const auto which : {kind::ordinary, kind::waits_for_events}) {
      const auto& waiting = at.waiting[static_cast<std::size_t>(which)];
      if (waiting.empty() || !may_begin(at, which)) continue;
      if (!first || *waiting.begin() < *first) first = *waiting.begin();
    }
  }
  return first;
}

void exchange_line::run(place& mine) noexcept {
  if (mine.state_ != place::state::waiting) return;
  auto& at = mine.lane_->second;
  at.waiting[static_cast<std::size_t>(mine.kind_)].erase(mine.number_);
  --waiting_;
  change_running(at, mine.kind_, 1);
  mine.state_ = place::state::running;
}

void exchange_line::leave(place& mine) noexcept {
  const auto was = std::exchange(mine.state_, place::state::outside);
  if (was == place::state::outside) return;
  auto& at = mine.lane_->second;
  if (was == place::state::running) {
    change_running(at, mine.kind_, -1);
  } else {
    at.waiting[static_cast<std::size_t>(mine.kind_)].erase(mine.number_);
    --waiting_;
  }
  drop_if_unused(mine.lane_);
}

void exchange_line::multiplexes(const place& mine, bool shares) noexcept {
  if (mine.state_ != place::state::running) return;
  auto& at = mine.lane_->second;
  connections_ -= connections_of(at);
  at.multiplexes = shares;
  at.known = true;
  connections_ += connections_of(at);
}

bool exchange_line::needs_own_connection(const place& mine) noexcept {
  if (mine.state_ == place::state::outside) return false;
  const auto& at = mine.lane_->second;
  return at.known && !at.multiplexes;
}

bool exchange_line::may_begin(const lane& at, kind which) const noexcept {
  if (which == kind::ordinary && most_.per_host != 0 && at.counted >= most_.per_host) return false;
  if (most_.connections == 0) return true;
  const bool shares = at.multiplexes && at.running % streams_per_connection != 0;
  return shares || connections_ < most_.connections;
}

std::size_t exchange_line::connections_of(const lane& at) noexcept {
  if (!at.multiplexes) return at.running;
  return (at.running + streams_per_connection - 1) / streams_per_connection;
}

void exchange_line::change_running(lane& at, kind which, int by) noexcept {
  const auto step = static_cast<std::size_t>(by);  // -1 wraps around, as sums of it do
  connections_ -= connections_of(at);
  at.running += step;
  if (which == kind::ordinary) at.counted += step;
  connections_ += connections_of(at);
}

void exchange_line::drop_if_unused(lanes::iterator at) noexcept {
  const auto& [host, unused] = *at;
  if (lanes_.size() <= most_idle_lanes || unused.running != 0) return;
  for (const auto& waiting : unused.waiting) {
    if (!waiting.empty()) return;
  }
  lanes_.erase(at);
}

}  // namespace vkxx::http::detail
