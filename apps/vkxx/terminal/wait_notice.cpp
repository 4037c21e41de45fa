#include "terminal/wait_notice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vkxx/core/api_errc.hpp>

#include "output/output.hpp"

namespace vkxx::cli {
namespace {

constexpr std::chrono::seconds notice_delay{2};
constexpr std::chrono::milliseconds interval{250};

// `6`, `connection_refused` in words.
std::string outcome_in_words(std::string outcome) {
  if (!outcome.empty() &&
      std::ranges::all_of(outcome, [](char c) { return c >= '0' && c <= '9'; })) {
    return "VK's error " + outcome;
  }
  std::ranges::replace(outcome, '_', ' ');
  return outcome;
}

std::string reason_of(const client_activity& activity) {
  if (activity.waiting > 0) {
    return "waiting for the rate limit of the token";
  }
  if (activity.in_flight > 0) return "waiting for a response";
  const auto& outcome = activity.last_outcome;
  if (outcome.empty() || outcome == "ok") return {};
  return "waiting before a retry: the last attempt failed with " + outcome_in_words(outcome);
}

}  // namespace

std::optional<std::string> wait_notices::observe(const client_activity& activity,
                                                 std::chrono::steady_clock::time_point now) {
  auto reason = reason_of(activity);
  if (reason != reason_ || reason.empty()) {
    reason_ = std::move(reason);
    since_ = now;
    shown_ = false;
    return std::nullopt;
  }
  if (shown_ || now - since_ < notice_delay) return std::nullopt;
  shown_ = true;
  return reason_;
}

wait_watch::~wait_watch() {
  stop();
}

void wait_watch::start(std::function<metrics()> snapshot) {
  snapshot_ = std::move(snapshot);
  thread_ = std::thread{[this] { watch(); }};
}

void wait_watch::stop() noexcept {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void wait_watch::heard(std::string_view line) {
  constexpr std::string_view mark = " outcome=";
  const auto at = line.find(mark);
  if (at == std::string_view::npos) return;
  const auto text = line.substr(at + mark.size());
  const std::lock_guard lock{mutex_};
  last_outcome_ = text.substr(0, text.find(' '));
}

void wait_watch::pause() {
  const std::lock_guard lock{mutex_};
  ++paused_;
}

void wait_watch::resume() {
  const std::lock_guard lock{mutex_};
  --paused_;
}

void wait_watch::watch() {
  wait_notices notices;
  std::unique_lock lock{mutex_};
  while (!changed_.wait_for(lock, interval, [this] { return stopping_; })) {
    if (paused_ > 0) {
      notices.restart();
      continue;
    }
    client_activity activity{0, 0, last_outcome_};
    lock.unlock();
    const auto seen = snapshot_();
    activity.waiting = seen.waiting;
    activity.in_flight = seen.in_flight;
    const auto line = notices.observe(activity, std::chrono::steady_clock::now());
    // Clears the line of a progress bar.
    if (line) write_message("\r\x1b[Kvkxx: " + *line);
    lock.lock();
  }
}

}  // namespace vkxx::cli
