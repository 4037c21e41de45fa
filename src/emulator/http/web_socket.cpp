#include "emulator/http/web_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <string>
#include <utility>

namespace vkxx::emulation::detail {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr auto socket_token = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t longest_message_in = std::size_t{64} << 10U;

template <class Stream>
struct web_socket_session {
  explicit web_socket_session(Stream stream)
      : socket{std::move(stream)}, news{socket.get_executor()} {}

  beast::websocket::stream<Stream, false> socket;
  asio::steady_timer news;
  bool ended = false;
};

beast::http::request<beast::http::empty_body> request_of(const http_message& message) {
  beast::http::request<beast::http::empty_body> request;
  request.method_string(message.method);
  request.target(message.target);
  request.version(11);
  for (const auto& [name, value] : message.headers) request.insert(name, value);
  return request;
}

// What the client sends means nothing, but pongs and the end come this way.
template <class Stream>
asio::awaitable<void> read_all(std::shared_ptr<web_socket_session<Stream>> session) {
  beast::flat_buffer buffer;
  while (true) {
    const auto [failure, size] = co_await session->socket.async_read(buffer, socket_token);
    if (failure) break;
    buffer.consume(size);
  }
  session->ended = true;
  session->news.cancel();
}

template <class Stream>
asio::awaitable<void> write_all(std::shared_ptr<web_socket_session<Stream>> session,
                                std::shared_ptr<stream_queue> queue) {
  while (!session->ended) {
    const bool last = queue->closed();
    const auto frames = queue->take();
    for (const auto& frame : frames) {
      const auto bytes = asio::buffer(frame);
      const auto [failure, size] = co_await session->socket.async_write(bytes, socket_token);
      static_cast<void>(size);
      if (failure) co_return;
    }
    if (last) {
      const beast::websocket::close_reason reason{beast::websocket::close_code::normal};
      const auto [ignored] = co_await session->socket.async_close(reason, socket_token);
      static_cast<void>(ignored);
      co_return;
    }
    if (!frames.empty()) continue;
    session->news.expires_at((asio::steady_timer::time_point::max)());
    co_await session->news.async_wait(socket_token);
  }
}

// Ends the reader, whatever ends the writer.
template <class Stream>
struct socket_closer {
  std::shared_ptr<web_socket_session<Stream>> session;
  std::shared_ptr<stream_queue> queue;
  ~socket_closer() {
    queue->on_news({});
    session->ended = true;
    boost::system::error_code ignored;
    beast::get_lowest_layer(session->socket).socket().close(ignored);
  }
};

}  // namespace

template <class Stream>
asio::awaitable<void> serve_web_socket(Stream stream, http_message request,
                                       std::shared_ptr<stream_queue> queue) {
  const auto session = std::make_shared<web_socket_session<Stream>>(std::move(stream));
  const socket_closer<Stream> closer{session, queue};
  auto& socket = session->socket;
  beast::get_lowest_layer(socket).expires_never();
  // A ping every 20 seconds.
  socket.set_option(beast::websocket::stream_base::timeout{std::chrono::seconds{30},
                                                           std::chrono::seconds{40}, true});
  socket.read_message_max(longest_message_in);
  const auto handshake = request_of(request);
  const auto [failure] = co_await socket.async_accept(handshake, socket_token);
  if (failure) co_return;
  const std::weak_ptr<web_socket_session<Stream>> weak = session;
  queue->on_news([weak, executor = socket.get_executor()] {
    asio::post(executor, [weak] {
      if (const auto alive = weak.lock()) alive->news.cancel();
    });
  });
  socket.text(true);
  auto reader = read_all<Stream>(session);
  asio::co_spawn(socket.get_executor(), std::move(reader), asio::detached);
  co_await write_all<Stream>(session, queue);
}

template asio::awaitable<void> serve_web_socket(beast::tcp_stream stream, http_message request,
                                                std::shared_ptr<stream_queue> queue);
template asio::awaitable<void> serve_web_socket(beast::ssl_stream<beast::tcp_stream> stream,
                                                http_message request,
                                                std::shared_ptr<stream_queue> queue);

}  // namespace vkxx::emulation::detail
