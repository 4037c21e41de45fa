#include <vkxx/auth/redirect_listener.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <utility>
#include <vkxx/core/clock.hpp>

#include "core/with_deadline.hpp"

namespace vkxx::auth {
namespace {

using asio::ip::tcp;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t longest_request = 32768;
constexpr std::chrono::seconds patience{2};

// The request's first lines; empty if none came.
asio::awaitable<std::string> read_head(tcp::socket& connection) {
  std::string head;
  auto buffer = asio::dynamic_buffer(head, longest_request);
  const auto [failure, size] =
      co_await asio::async_read_until(connection, buffer, "\r\n\r\n", as_tuple);
  if (failure) head.clear();
  co_return head;
}

asio::awaitable<bool> write_text(tcp::socket& connection, std::string text) {
  const auto [failure, size] = co_await asio::async_write(connection, asio::buffer(text), as_tuple);
  co_return !failure;
}

std::string response(const char* status, const std::string& text) {
  return std::string{"HTTP/1.1 "} + status +
         "\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\n"
         "Referrer-Policy: no-referrer\r\nConnection: close\r\nContent-Length: " +
         std::to_string(text.size()) + "\r\n\r\n" + text;
}

// The target of `GET target HTTP/1.1`; empty for anything else.
std::string target_of(const std::string& head) {
  constexpr std::string_view get = "GET ";
  const auto line = head.substr(0, head.find("\r\n"));
  const auto end = line.rfind(" HTTP/1.");
  if (!line.starts_with(get) || end == std::string::npos || end < get.size()) return {};
  return line.substr(get.size(), end - get.size());
}

}  // namespace

struct redirect_listener::state {
  state(const asio::any_io_executor& executor, std::uint16_t port, std::string way)
      : acceptor{executor, tcp::endpoint{asio::ip::address_v4::loopback(), port}},
        path{std::move(way)},
        origin{"http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port())} {}

  // The target that the connection asked for, if it is the awaited one; it is answered either way.
  static asio::awaitable<std::string> serve(std::shared_ptr<state> self, tcp::socket connection) {
    const auto time = system_clock();
    auto reading = read_head(connection);
    auto timed = with_deadline(time, time->now() + patience, std::move(reading));
    const auto head = co_await std::move(timed);
    auto target = head ? target_of(*head) : std::string{};
    const auto path = target.substr(0, target.find('?'));
    const bool awaited = path == self->path && target.size() > path.size();
    if (!awaited) target.clear();
    auto text = awaited ? response("200 OK",
                                   "<!DOCTYPE html><title>Done</title>"
                                   "<p>You can close this window.</p>")
                        : response("404 Not Found", "<!DOCTYPE html><title>Not here</title>");
    if (head && !head->empty()) {
      auto writing = write_text(connection, std::move(text));
      auto sent = with_deadline(time, time->now() + patience, std::move(writing));
      static_cast<void>(co_await std::move(sent));
    }
    co_return target;
  }

  static asio::awaitable<result<std::string>> wait(std::shared_ptr<state> self) {
    for (;;) {
      auto [failure, connection] = co_await self->acceptor.async_accept(as_tuple);
      if (failure) {
        co_return error{errc::cancelled, request_effect::not_sent,
                        "waiting for the browser's redirect ended: " + failure.message()};
      }
      auto serving = serve(self, std::move(connection));
      const auto target = co_await std::move(serving);
      if (target.empty()) continue;
      self->acceptor.close();
      co_return self->origin + target;
    }
  }

  tcp::acceptor acceptor;
  std::string path;
  std::string origin;
};

redirect_listener::redirect_listener(const asio::any_io_executor& executor, std::uint16_t port,
                                     std::string path)
    : state_{std::make_shared<state>(executor, port, std::move(path))} {}

redirect_listener::~redirect_listener() = default;

std::string redirect_listener::redirect_uri() const {
  return state_->origin + state_->path;
}

asio::awaitable<result<std::string>> redirect_listener::wait() {
  return state::wait(state_);
}

}  // namespace vkxx::auth
