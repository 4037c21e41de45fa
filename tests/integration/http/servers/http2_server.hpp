// A server of HTTP/2 by TLS, whose every frame a test decides.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "integration/http/servers/process.hpp"

namespace vkxx::http::test {

namespace asio = boost::asio;
using asio::ip::tcp;

enum class frame_type : std::uint8_t {
  data = 0,
  headers = 1,
  rst_stream = 3,
  settings = 4,
  ping = 6,
  goaway = 7,
  window_update = 8,
};

// RFC 9113, 7.
namespace http2_error {
constexpr std::uint32_t no_error = 0;
constexpr std::uint32_t protocol_error = 1;
constexpr std::uint32_t internal_error = 2;
constexpr std::uint32_t refused_stream = 7;
constexpr std::uint32_t cancel = 8;
constexpr std::uint32_t enhance_your_calm = 11;
constexpr std::uint32_t http_1_1_required = 13;
}  // namespace http2_error

struct http2_frame {
  frame_type type = frame_type::data;
  std::uint8_t flags = 0;
  std::uint32_t stream = 0;
  std::string payload;
};

/// One accepted connection, its handshake and settings done.
class http2_peer {
 public:
  http2_peer(tcp::socket socket, asio::ssl::context& tls, std::atomic<int>& requests)
      : stream_{std::move(socket), tls}, requests_{requests} {}

  asio::awaitable<void> begin();
  /// The stream of the next request that is whole; 0: the peer closed.
  asio::awaitable<std::uint32_t> read_request();
  /// The stream of the next frame of that type. Throws if the peer closed.
  asio::awaitable<std::uint32_t> read_first(frame_type type);
  /// What was read of bodies so far, of whatever stream.
  [[nodiscard]] const std::string& body() const { return body_; }
  /// Lets the peer send 64 MiB more of that stream's body; else it is 64 KiB at most.
  asio::awaitable<void> open_window(std::uint32_t stream);
  asio::awaitable<void> write(http2_frame frame);
  asio::awaitable<void> write_bytes(std::string bytes);
  asio::awaitable<void> wait_for_close();
  /// Ends TCP with a reset.
  void reset();

 private:
  asio::awaitable<http2_frame> read_frame();
  // Acknowledges settings, and keeps what is of a body.
  asio::awaitable<http2_frame> read_acknowledged();

  asio::ssl::stream<tcp::socket> stream_;
  std::atomic<int>& requests_;
  std::string body_;
};

http2_frame reset_of(std::uint32_t stream, std::uint32_t error);
http2_frame goaway(std::uint32_t last_stream, std::uint32_t error = http2_error::no_error);
/// The headers of an answer with status 200.
http2_frame headers_of(std::uint32_t stream);
/// The only or last part of the body.
http2_frame body_of(std::uint32_t stream, std::string body);

/// Serves every connection by a coroutine of the test, on a thread of its own.
class http2_server {
 public:
  /// `number` counts the connections from 0.
  using script = std::function<asio::awaitable<void>(http2_peer&, int number)>;

  explicit http2_server(script serve);
  ~http2_server();
  http2_server(const http2_server&) = delete;
  http2_server& operator=(const http2_server&) = delete;

  [[nodiscard]] std::string url() const;
  /// The authority of every such server's certificate.
  [[nodiscard]] static std::string ca_file();
  /// How many connections were accepted, and requests read.
  [[nodiscard]] int accepted() const { return accepted_; }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  asio::awaitable<void> accept();
  asio::awaitable<void> serve_one(tcp::socket socket, int number);

  script serve_;
  asio::io_context context_;
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  tcp::acceptor acceptor_;
  std::atomic<int> accepted_ = 0;
  std::atomic<int> requests_ = 0;
  std::thread thread_;
};

}  // namespace vkxx::http::test
