// A server made of bare sockets, whose every byte a test decides.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace vkxx::http::test {

namespace asio = boost::asio;
using asio::ip::tcp;

/// One accepted connection.
class raw_connection {
 public:
  explicit raw_connection(tcp::socket socket) : socket_{std::move(socket)} {}

  /// The next request with its body; empty: the peer closed.
  asio::awaitable<std::string> read_request();
  /// The head of the next request; empty: the peer closed. Its body is left to `skip`.
  asio::awaitable<std::string> read_head();
  /// Reads and forgets so many bytes; whether they came.
  asio::awaitable<bool> skip(std::uint64_t bytes);
  asio::awaitable<void> write(std::string bytes);
  /// 200 with this body.
  asio::awaitable<void> reply(std::string body);
  /// Until the peer closes or resets.
  asio::awaitable<void> wait_for_close();
  /// Closes with a reset instead of an orderly end.
  void reset();
  tcp::socket& socket() { return socket_; }

 private:
  tcp::socket socket_;
  std::string buffer_;
};

/// Serves every connection by a coroutine of the test, on a thread of its own.
class raw_server {
 public:
  using script = std::function<asio::awaitable<void>(raw_connection&, raw_server&)>;

  explicit raw_server(script serve);
  ~raw_server();
  raw_server(const raw_server&) = delete;
  raw_server& operator=(const raw_server&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url(std::string_view path = "/") const;
  /// How many connections were accepted so far, are open now, how many requests were read.
  [[nodiscard]] int accepted() const { return accepted_; }
  [[nodiscard]] int open() const { return open_; }
  [[nodiscard]] int requests() const { return requests_; }
  void count_request();
  /// Waits until `condition` holds, looking again whenever a count changes; false after 20 s.
  bool wait_until(const std::function<bool()>& condition);

 private:
  asio::awaitable<void> accept();
  asio::awaitable<void> serve_one(tcp::socket socket);
  void changed(std::atomic<int>& count, int by);

  script serve_;
  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::uint16_t port_;
  std::atomic<int> accepted_ = 0;
  std::atomic<int> open_ = 0;
  std::atomic<int> requests_ = 0;
  std::mutex mutex_;
  std::condition_variable condition_;
  std::thread thread_;
};

/// Answers each request of a connection with this body, keeping it open.
raw_server::script always(std::string body);
/// Reads one request, writes these bytes and closes.
raw_server::script once(std::string bytes);

/// A port of the loopback on which nobody listens.
std::uint16_t closed_port();

}  // namespace vkxx::http::test
