#include "integration/http/servers/raw_server.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <chrono>

namespace vkxx::http::test {
namespace {

std::size_t content_length(std::string_view head) {
  constexpr std::string_view name = "Content-Length: ";
  const auto at = head.find(name);
  if (at == std::string_view::npos) return 0;
  std::size_t length = 0;
  std::from_chars(head.data() + at + name.size(), head.data() + head.size(), length);
  return length;
}

}  // namespace

asio::awaitable<std::string> raw_connection::read_request() {
  boost::system::error_code failure;
  const auto head =
      co_await asio::async_read_until(socket_, asio::dynamic_buffer(buffer_), "\r\n\r\n",
                                      asio::redirect_error(asio::use_awaitable, failure));
  if (failure) co_return std::string{};
  const auto whole = head + content_length(std::string_view{buffer_}.substr(0, head));
  if (buffer_.size() < whole) {
    const auto more = whole - buffer_.size();
    co_await asio::async_read(socket_, asio::dynamic_buffer(buffer_), asio::transfer_exactly(more),
                              asio::redirect_error(asio::use_awaitable, failure));
    if (failure) co_return std::string{};
  }
  auto request = buffer_.substr(0, whole);
  buffer_.erase(0, whole);
  co_return request;
}

asio::awaitable<std::string> raw_connection::read_head() {
  boost::system::error_code failure;
  const auto size =
      co_await asio::async_read_until(socket_, asio::dynamic_buffer(buffer_), "\r\n\r\n",
                                      asio::redirect_error(asio::use_awaitable, failure));
  if (failure) co_return std::string{};
  auto head = buffer_.substr(0, size);
  buffer_.erase(0, size);
  co_return head;
}

asio::awaitable<bool> raw_connection::skip(std::uint64_t bytes) {
  const auto buffered = std::min<std::uint64_t>(bytes, buffer_.size());
  buffer_.erase(0, static_cast<std::size_t>(buffered));
  bytes -= buffered;
  std::string scratch(std::size_t{64} << 10U, '\0');
  boost::system::error_code failure;
  while (bytes > 0 && !failure) {
    const auto wanted = std::min<std::uint64_t>(bytes, scratch.size());
    bytes -= co_await socket_.async_read_some(
        asio::buffer(scratch.data(), static_cast<std::size_t>(wanted)),
        asio::redirect_error(asio::use_awaitable, failure));
  }
  co_return bytes == 0;
}

asio::awaitable<void> raw_connection::write(std::string bytes) {
  boost::system::error_code failure;
  co_await asio::async_write(socket_, asio::buffer(bytes),
                             asio::redirect_error(asio::use_awaitable, failure));
}

asio::awaitable<void> raw_connection::reply(std::string body) {
  auto text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n" + body;
  co_await write(std::move(text));
}

asio::awaitable<void> raw_connection::wait_for_close() {
  std::array<char, 4096> scratch{};
  boost::system::error_code failure;
  while (!failure) {
    co_await socket_.async_read_some(asio::buffer(scratch),
                                     asio::redirect_error(asio::use_awaitable, failure));
  }
}

void raw_connection::reset() {
  boost::system::error_code ignored;
  socket_.set_option(asio::socket_base::linger{true, 0}, ignored);
  socket_.close(ignored);
}

raw_server::raw_server(script serve)
    : serve_{std::move(serve)},
      acceptor_{context_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}},
      port_{acceptor_.local_endpoint().port()} {
  acceptor_.listen(4096);
  asio::co_spawn(context_, accept(), asio::detached);
  thread_ = std::thread{[this] { context_.run(); }};
}

raw_server::~raw_server() {
  context_.stop();
  thread_.join();
}

std::string raw_server::url(std::string_view path) const {
  return "http://127.0.0.1:" + std::to_string(port_) + std::string{path};
}

void raw_server::count_request() {
  changed(requests_, 1);
}

void raw_server::changed(std::atomic<int>& count, int by) {
  {
    const std::lock_guard lock{mutex_};
    count += by;
  }
  condition_.notify_all();
}

bool raw_server::wait_until(const std::function<bool()>& condition) {
  std::unique_lock lock{mutex_};
  return condition_.wait_for(lock, std::chrono::seconds{20}, condition);
}

asio::awaitable<void> raw_server::accept() {
  for (;;) {
    auto [failure, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
    if (failure) {  // no descriptor is left
      asio::steady_timer pause{context_, std::chrono::milliseconds{1}};
      co_await pause.async_wait(asio::use_awaitable);
      continue;
    }
    changed(accepted_, 1);
    asio::co_spawn(context_, serve_one(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> raw_server::serve_one(tcp::socket socket) {
  changed(open_, 1);
  {
    raw_connection connection{std::move(socket)};
    co_await serve_(connection, *this);
  }
  changed(open_, -1);
}

raw_server::script always(std::string body) {
  return
      [body = std::move(body)](raw_connection& peer, raw_server& server) -> asio::awaitable<void> {
        for (;;) {
          const auto request = co_await peer.read_request();
          if (request.empty()) co_return;
          server.count_request();
          co_await peer.reply(body);
        }
      };
}

raw_server::script once(std::string bytes) {
  return [bytes = std::move(bytes)](raw_connection& peer,
                                    raw_server& server) -> asio::awaitable<void> {
    const auto request = co_await peer.read_request();
    if (request.empty()) co_return;
    server.count_request();
    co_await peer.write(bytes);
  };
}

std::uint16_t closed_port() {
  asio::io_context context;
  tcp::acceptor briefly{context, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  return briefly.local_endpoint().port();
}

}  // namespace vkxx::http::test
