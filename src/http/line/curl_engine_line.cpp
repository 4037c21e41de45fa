// The line of exchanges that wait for others to end.
#include <chrono>
#include <utility>

#include "http/curl/curl_engine.hpp"
#include "http/curl/engine_operation.hpp"
#include "http/request_check.hpp"

namespace vkxx::http::detail {

void curl_engine::wait_in_line(const std::shared_ptr<operation>& waiting) {
  waiting->wait = std::make_unique<asio::steady_timer>(*strand_, waiting->line_ends());
  waiting->wait->async_wait([self = shared_from_this(),
                             weak = std::weak_ptr{waiting}](boost::system::error_code failure) {
    const auto still = weak.lock();
    if (!failure && still && !self->closed_) self->end_wait(still);
  });
  waiting_.emplace(waiting->place.number(), waiting);
}

void curl_engine::end_wait(const std::shared_ptr<operation>& waited) {
  if (waited->exchange) {
    // It waits for libcurl, which does not see that the time is up.
    if (waited->exchange->request_begun()) return;
    finish(waited, waited->exchange->outcome(CURLE_OPERATION_TIMEDOUT, waited->limit, true));
    run_due_timers();
  } else if (waiting_.erase(waited->place.number()) != 0) {
    const bool by_deadline = waited->deadline != no_deadline;
    finish(waited, crowded_error(host_of(waited->message.url()),
                                 by_deadline ? time_limit::deadline : time_limit::timeout));
    run_due_timers();
  }
}

// In a loop, because others follow those that cannot begin.
void curl_engine::run_waiting() {
  while (const auto number = line_.next()) {
    const auto next = waiting_.extract(*number).mapped();
    line_.run(next->place);
    next->wait.reset();
    if (next->deadline != no_deadline) next->end_after_timeout(std::chrono::steady_clock::now());
    run(next);
  }
}

// libcurl lets exchanges wait for a connection when they are more than their streams. While an
// exchange waits there, its own limit of time does not end it (7.88).
void curl_engine::watch_connecting(const std::shared_ptr<operation>& started) {
  started->wait = std::make_unique<asio::steady_timer>(*strand_, started->ends);
  started->wait->async_wait([self = shared_from_this(),
                             weak = std::weak_ptr{started}](boost::system::error_code failure) {
    const auto still = weak.lock();
    if (!failure && still && !self->closed_) self->end_wait(still);
  });
}

}  // namespace vkxx::http::detail
