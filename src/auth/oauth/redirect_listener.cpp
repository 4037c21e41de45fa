#include <vkxx/auth/redirect_listener.hpp>

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <utility>
#include <vkxx/core/clock.hpp>

#include "auth/html/form_fields.hpp"
#include "auth/signatures/signature_errors.hpp"
#include "core/async/with_deadline.hpp"
#include "core/crypto/digest.hpp"
#include "core/text/html.hpp"

namespace vkxx::auth {

using namespace detail;
using vkxx::detail::with_deadline;
namespace {

using asio::ip::tcp;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t longest_request = 32768;
// How long a connection may take to send its request and to receive its answer.
constexpr std::chrono::seconds connection_timeout{2};
// How many connections are served concurrently; another one replaces the oldest.
constexpr std::size_t most_connections = 32;
// How long to pause accepting when the system is out of descriptors or memory.
constexpr std::chrono::milliseconds accept_pause{50};

// The request's first lines; empty if none came.
asio::awaitable<std::string> read_head(std::shared_ptr<tcp::socket> connection) {
  std::string head;
  auto buffer = asio::dynamic_buffer(head, longest_request);
  const auto [failure, size] =
      co_await asio::async_read_until(*connection, buffer, "\r\n\r\n", as_tuple);
  if (failure) head.clear();
  co_return head;
}

asio::awaitable<bool> write_text(std::shared_ptr<tcp::socket> connection, std::string text) {
  const auto [failure, size] =
      co_await asio::async_write(*connection, asio::buffer(text), as_tuple);
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

bool is_host_line(std::string_view line) noexcept {
  constexpr std::string_view name = "host:";
  return line.size() >= name.size() &&
         std::equal(name.begin(), name.end(), line.begin(), [](char lower, char c) {
           return lower == (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
         });
}

// The value of the only Host header; empty if there is none, or more than one.
std::string host_of(std::string_view head) {
  std::string host;
  for (auto at = head.find("\r\n"); at != std::string_view::npos;) {
    head.remove_prefix(at + 2);
    at = head.find("\r\n");
    auto line = head.substr(0, at);
    if (!is_host_line(line)) continue;
    if (!host.empty()) return {};
    line.remove_prefix(5);
    const auto begin = line.find_first_not_of(" \t");
    const auto end = line.find_last_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    host = line.substr(begin, end - begin + 1);
  }
  return host;
}

// Whether these are the fields of the redirect. `wanted`: the state; empty: any.
bool is_redirect(const std::vector<form_field>& fields, std::string_view wanted) {
  const auto states = std::count_if(fields.begin(), fields.end(),
                                    [](const form_field& field) { return field.first == "state"; });
  if (states != 1) return false;
  const auto state = *find_field(fields, "state");
  if (!wanted.empty()) return vkxx::detail::same_in_constant_time(state, wanted);
  return !state.empty() && (find_field(fields, "code") || find_field(fields, "error"));
}

asio::awaitable<result<std::string>> refused_wait(std::string why) {
  co_return malformed(std::move(why));
}

}  // namespace

// All members are used in the strand only.
struct redirect_listener::state {
  state(const asio::any_io_executor& executor, std::uint16_t port, std::string place)
      : strand{asio::make_strand(executor)},
        acceptor{strand, tcp::endpoint{asio::ip::address_v4::loopback(), port}},
        path{std::move(place)},
        host{"127.0.0.1:" + std::to_string(acceptor.local_endpoint().port())} {}

  // Whether the request is the awaited one.
  [[nodiscard]] bool is_awaited(const std::string& head, const std::string& target) const {
    const auto mark = target.find('?');
    if (mark == std::string::npos || target.substr(0, mark) != path) return false;
    // A web page that guessed the port connects by its own host name.
    const auto named_host = host_of(head);
    const bool usual_port = host.ends_with(":80") && named_host == "127.0.0.1";
    if (named_host != host && !usual_port) return false;
    const auto fields = read_form(target.substr(mark + 1));
    return fields && is_redirect(*fields, wanted);
  }

  static asio::awaitable<void> serve(std::shared_ptr<state> self,
                                     std::shared_ptr<tcp::socket> connection) {
    const auto time = system_clock();
    auto reading = read_head(connection);
    auto timed = with_deadline(time, time->now() + connection_timeout, std::move(reading));
    const auto head = co_await std::move(timed);
    if (!head || head->empty()) co_return self->forget(*connection);
    const auto target = target_of(*head);
    const bool awaited = self->found.empty() && self->is_awaited(*head, target);
    auto text = awaited ? response("200 OK", vkxx::detail::html_document(
                                                 "Done", "<p>You can close this window.</p>"))
                        : response("400 Bad Request", vkxx::detail::html_document("Not here", {}));
    if (awaited) self->found = "http://" + self->host + target;
    auto writing = write_text(connection, std::move(text));
    auto sent = with_deadline(time, time->now() + connection_timeout, std::move(writing));
    static_cast<void>(co_await std::move(sent));
    self->forget(*connection);
    // Wakes the coroutine that accepts.
    if (awaited) self->acceptor.close();
  }

  void take(std::shared_ptr<tcp::socket> connection) {
    if (connections.size() == most_connections) forget(*connections.front());
    connections.push_back(connection);
    asio::co_spawn(strand, serve(shared, std::move(connection)), asio::detached);
  }

  void forget(tcp::socket& connection) {
    boost::system::error_code ignored;
    connection.close(ignored);
    std::erase_if(connections,
                  [&](const auto& candidate) { return candidate.get() == &connection; });
  }

  static asio::awaitable<result<std::string>> accept_all(std::shared_ptr<state> self) {
    const auto time = system_clock();
    for (;;) {
      auto connection = std::make_shared<tcp::socket>(self->strand);
      const auto [failure] = co_await self->acceptor.async_accept(*connection, as_tuple);
      if (!self->found.empty()) co_return self->found;
      if (failure == asio::error::operation_aborted || !self->acceptor.is_open()) {
        co_return error{errc::cancelled, request_effect::not_sent,
                        "waiting for the browser's redirect was cancelled"};
      }
      if (!failure) {
        self->take(std::move(connection));
        continue;
      }
      // The browser may be gone already, or the system is out of a resource for a while.
      auto waiting = wait_until(*time, time->now() + accept_pause);
      if (co_await std::move(waiting)) {
        co_return error{errc::cancelled, request_effect::not_sent,
                        "waiting for the browser's redirect was cancelled"};
      }
    }
  }

  // Closes the other connections when the wait ends for any reason.
  struct end_of_wait {
    std::shared_ptr<state> self;
    explicit end_of_wait(std::shared_ptr<state> waited) : self{std::move(waited)} {
      self->shared = self;
    }
    end_of_wait(const end_of_wait&) = delete;
    end_of_wait& operator=(const end_of_wait&) = delete;
    ~end_of_wait() {
      boost::system::error_code ignored;
      self->acceptor.close(ignored);
      for (const auto& connection : self->connections) connection->close(ignored);
      self->connections.clear();
      self->shared.reset();
    }
  };

  static asio::awaitable<result<std::string>> run(std::shared_ptr<state> self) {
    const end_of_wait guard{self};
    auto accepting = accept_all(self);
    co_return co_await std::move(accepting);
  }

  static asio::awaitable<result<std::string>> wait(std::shared_ptr<state> self,
                                                   std::string wanted) {
    if (self->waited.exchange(true)) {
      co_return malformed(
          "`redirect_listener::wait` was called a second time: a listener waits for one redirect; "
          "make another one for another login");
    }
    self->wanted = std::move(wanted);
    const auto strand = self->strand;
    co_return co_await asio::co_spawn(strand, run(std::move(self)), asio::use_awaitable);
  }

  asio::strand<asio::any_io_executor> strand;
  tcp::acceptor acceptor;
  std::string path;
  // `127.0.0.1:PORT`
  std::string host;
  std::atomic<bool> waited = false;
  std::string wanted;
  std::string found;
  std::deque<std::shared_ptr<tcp::socket>> connections;
  // Keeps the state alive while connections are served.
  std::shared_ptr<state> shared;
};

redirect_listener::redirect_listener(const asio::any_io_executor& executor, std::uint16_t port,
                                     std::string path)
    : state_{std::make_shared<state>(executor, port, std::move(path))} {}

redirect_listener::~redirect_listener() = default;

std::string redirect_listener::redirect_uri() const {
  return "http://" + state_->host + state_->path;
}

asio::awaitable<result<std::string>> redirect_listener::wait(std::string login_state) {
  if (login_state.empty()) {
    return refused_wait(
        "`redirect_listener::wait` was given an empty `state`: pass the one of the login");
  }
  return state::wait(state_, std::move(login_state));
}

asio::awaitable<result<std::string>> redirect_listener::wait() {
  return state::wait(state_, {});
}

}  // namespace vkxx::auth
