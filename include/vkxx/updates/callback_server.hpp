/// @file
/// A small web server for the Callback API.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <vkxx/updates/callback_receiver.hpp>

namespace vkxx {

/// The options of a `callback_server`.
class callback_server_options {
 public:
  /// The IP address to listen on; 127.0.0.1 by default, for a web server in front of it.
  callback_server_options& address(std::string ip);
  /// The port; 0, the default: a free one.
  callback_server_options& port(std::uint16_t number);
  /// The only path that is served; others get 404. Empty, the default: any.
  callback_server_options& path(std::string path);
  /// How many connections may be open; 256 by default, at least 1. Another one replaces the one
  /// that has been idle for longest, or is closed.
  callback_server_options& max_connections(std::size_t count);
  /// The longest time for receiving a request, and for sending an answer; 10 s by default, 1 ms to
  /// 24 hours.
  callback_server_options& timeout(duration limit);
  /// How long an idle connection stays open; 60 s by default, 1 ms to 24 hours.
  callback_server_options& idle_timeout(duration limit);
  /// How long requests may take to end after `stop`; 5 s by default, at most 24 hours.
  callback_server_options& grace(duration limit);

  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::size_t max_connections() const noexcept { return max_connections_; }
  [[nodiscard]] duration timeout() const noexcept { return timeout_; }
  [[nodiscard]] duration idle_timeout() const noexcept { return idle_timeout_; }
  [[nodiscard]] duration grace() const noexcept { return grace_; }

 private:
  std::string address_ = "127.0.0.1";
  std::uint16_t port_ = 0;
  std::string path_;
  std::size_t max_connections_ = 256;
  duration timeout_ = std::chrono::seconds{10};
  duration idle_timeout_ = std::chrono::seconds{60};
  duration grace_ = std::chrono::seconds{5};
};

/// A plain HTTP/1.1 server for a `callback_receiver`. VK requires HTTPS: put nginx or another
/// server with a certificate in front of it.
///
/// Headers above 8 KiB are refused. A client that sends or reads too slowly is cut.
///
/// Thread safety: `stop` and `port` are safe from any thread; `run` runs once.
class callback_server {
 public:
  /// Listens at once. The receiver may be destroyed before the server; requests then get 503.
  /// Throws `boost::system::system_error` if it cannot listen, and if the address is not one;
  /// `usage_exception` if another option is out of its range.
  callback_server(const asio::any_io_executor& executor, const callback_receiver& receiver,
                  const callback_server_options& options);
  callback_server(const callback_server&) = delete;
  callback_server& operator=(const callback_server&) = delete;
  /// As `stop`.
  ~callback_server();

  /// Serves requests.
  ///
  /// Completion: after `stop`, when all requests have been answered or `grace` has passed. Errors:
  /// `errc::invalid_argument` if it was called before; `errc::cancelled`. Cancellation: terminal,
  /// partial and total; all connections are closed at once. Lifetime: the operation owns everything
  /// it needs. Executor: a strand on the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<result<void>> run();
  /// Accepts no more connections, and closes the idle ones.
  void stop() noexcept;
  /// The port it listens on.
  [[nodiscard]] std::uint16_t port() const noexcept;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

}  // namespace vkxx
