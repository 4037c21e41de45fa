/// @file
/// Sends the requests of the Callback API over sockets.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include <vkxx/core/clock.hpp>

#include "core/async/name_lookup.hpp"
#include "emulator/http/tasks/running_tasks.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {

/// Takes what the service has to send, and brings it the answers. Certificates are not verified:
/// a bot under test makes its own.
///
/// Thread safety: all but `notify` belongs to the thread of the context.
class callback_sender {
 public:
  /// All of these live longer; `stop` comes before the context ends.
  callback_sender(asio::io_context& context, service& answers, std::shared_ptr<clock> time);
  callback_sender(const callback_sender&) = delete;
  callback_sender& operator=(const callback_sender&) = delete;
  ~callback_sender() = default;

  void notify();
  /// Cancels what is being sent. Again, as long as it is `busy`: a cancellation may be missed.
  void stop();
  /// Whether anything is being sent.
  [[nodiscard]] bool busy() const noexcept { return !running_.empty(); }

 private:
  using work = std::shared_ptr<const service::callback_work>;

  void pump();
  void watch(time_point when);
  asio::awaitable<void> send(work taken, std::size_t index);

  asio::io_context& context_;
  service& answers_;
  std::shared_ptr<clock> time_;
  asio::ssl::context tls_;
  vkxx::detail::name_lookup names_;
  running_tasks running_;
  asio::cancellation_signal next_due_;
  time_point watched_until_ = no_deadline;
  std::uint64_t watch_ = 0;
  std::atomic<bool> notified_ = false;
  bool stopped_ = false;
};

}  // namespace vkxx::emulation::detail
