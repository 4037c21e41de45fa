#include <vkxx/testing/manual_clock.hpp>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <cstdint>
#include <map>
#include <mutex>
#include <utility>

#include "core/async/parked_handler.hpp"
#include "core/async/time_sum.hpp"

namespace vkxx::testing {

using vkxx::detail::later_by;
using vkxx::detail::parked_handler;
struct manual_clock::state {
  using waiter = parked_handler<boost::system::error_code>;
  // Time and number: waits for the same time complete in order.
  using place = std::pair<time_point, std::uint64_t>;

  mutable std::mutex mutex;
  time_point now;
  std::uint64_t last_number = 0;
  std::map<place, waiter> waiting;

  void complete(const place& which, boost::system::error_code failure) {
    auto found = waiting.extract(which);
    if (!found.empty()) found.mapped().complete(failure);
  }

  void complete_due() {
    while (!waiting.empty() && waiting.begin()->first.first <= now) {
      complete(waiting.begin()->first, {});
    }
  }
};

// Far from the ends, so that spans may be added and taken away.
manual_clock::manual_clock() : manual_clock{time_point{} + std::chrono::hours{24}} {}

manual_clock::manual_clock(time_point start) : state_{std::make_shared<state>()} {
  state_->now = start;
}

manual_clock::~manual_clock() {
  const std::lock_guard lock{state_->mutex};
  while (!state_->waiting.empty()) {
    state_->complete(state_->waiting.begin()->first, asio::error::operation_aborted);
  }
}

time_point manual_clock::now() const noexcept {
  const std::lock_guard lock{state_->mutex};
  return state_->now;
}

void manual_clock::async_wait_until(
    asio::any_io_executor executor, time_point when,
    asio::any_completion_handler<void(boost::system::error_code)> handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  const std::lock_guard lock{state_->mutex};
  const state::place which{when, ++state_->last_number};
  state_->waiting.emplace(which, state::waiter{executor, std::move(handler)});
  if (when <= state_->now) {
    state_->complete(which, {});
    return;
  }
  if (!slot.is_connected()) return;
  slot.assign([shared = std::weak_ptr<state>{state_}, which](asio::cancellation_type) {
    const auto alive = shared.lock();
    if (!alive) return;
    const std::lock_guard inner_lock{alive->mutex};
    alive->complete(which, asio::error::operation_aborted);
  });
}

void manual_clock::advance(duration by) {
  advance_to(later_by(now(), by));
}

void manual_clock::advance_to(time_point moment) {
  const std::lock_guard lock{state_->mutex};
  if (moment > state_->now) state_->now = moment;
  state_->complete_due();
}

bool manual_clock::advance_to_next() {
  const std::lock_guard lock{state_->mutex};
  if (state_->waiting.empty()) return false;
  state_->now = state_->waiting.begin()->first.first;
  state_->complete_due();
  return true;
}

std::size_t manual_clock::waiting() const {
  const std::lock_guard lock{state_->mutex};
  return state_->waiting.size();
}

}  // namespace vkxx::testing
