// An exchange of the engine.
#pragma once

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "http/curl/curl_engine.hpp"

namespace vkxx::http::detail {

/// One call of `start` until its completion.
struct curl_engine::operation : std::enable_shared_from_this<operation> {
  explicit operation(request request) : message{std::move(request)} {}

  /// Time counts from now. Moves `whom` only if it does not throw.
  void await(const asio::any_io_executor& where, completion& whom) {
    executor = asio::prefer(where, asio::execution::outstanding_work.tracked);
    started = std::chrono::steady_clock::now();
    deadline = by_steady_clock(message.deadline(), message.deadline_clock());
    end_after_timeout(started);
    handler.emplace(std::move(whom));
  }

  /// The timeout counts from `moment`.
  void end_after_timeout(time_point moment) noexcept {
    const auto by_timeout = message.timeout() < time_point::max() - moment
                                ? moment + message.timeout()
                                : time_point::max();
    limit = deadline < by_timeout ? time_limit::deadline : time_limit::timeout;
    ends = std::min(by_timeout, deadline);
  }
  /// The latest moment at which it may leave the line.
  [[nodiscard]] time_point line_ends() const noexcept {
    return deadline == no_deadline ? ends : deadline;
  }

  /// The sockets and timers run in real time, and the clock of the deadline may be anywhere.
  static time_point by_steady_clock(time_point deadline, const std::shared_ptr<clock>& time) {
    if (!time || deadline == no_deadline) return deadline;
    const auto there = time->now();
    const auto now = std::chrono::steady_clock::now();
    if (deadline <= there) return now;
    const auto left = deadline - there;
    return left < no_deadline - now ? now + left : no_deadline;
  }

  /// Posts the outcome. Must be called at most once.
  void complete(result<response> outcome) {
    asio::post(std::exchange(executor, asio::any_io_executor{}),
               [handler = *std::move(handler), outcome = std::move(outcome)]() mutable {
                 std::move(handler)(std::move(outcome));
               });
  }

  request message;
  /// Not assigned: that never ends in Boost 1.81.
  std::optional<completion> handler;
  /// The handler's executor. It counts as having work until the completion runs.
  asio::any_io_executor executor;
  time_point started;
  time_point deadline = no_deadline;
  time_point ends;
  time_limit limit = time_limit::timeout;
  bool cancelled = false;
  int restarts = 0;
  // Ends of its silence that were heard of too late, in a row.
  int late_checks = 0;
  // Null without a silence limit, or while the exchange does not run.
  std::unique_ptr<asio::steady_timer> silence;
  // Ends the wait for a connection: our own, or libcurl's.
  std::unique_ptr<asio::steady_timer> wait;
  exchange_line::place place;
  std::unique_ptr<curl_exchange> exchange;
};

}  // namespace vkxx::http::detail
