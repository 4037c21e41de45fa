#include <vkxx/updates/callback_server.hpp>

#include <algorithm>
#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <list>
#include <string>
#include <utility>

#include "core/async/until_stopped.hpp"
#include "core/async/with_deadline.hpp"
#include "updates/callback/callback_core.hpp"

namespace vkxx {

using namespace detail;

namespace {

namespace beast = boost::beast;
using asio::ip::tcp;

constexpr auto server_token = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t header_limit = 8192;
constexpr std::size_t read_size = 16384;
// How long to pause accepting when the system is out of descriptors or memory.
constexpr std::chrono::milliseconds accept_pause{50};

using http_request = beast::http::request<beast::http::string_body>;
using request_parser = beast::http::request_parser<beast::http::string_body>;
using http_response = beast::http::response<beast::http::string_body>;

struct server_connection {
  explicit server_connection(tcp::socket socket) : stream{std::move(socket)} {}
  void close() {
    boost::system::error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
    stream.close();
  }

  beast::tcp_stream stream;
  beast::flat_buffer buffer{header_limit + read_size};
  bool idle = true;  // no byte of a request has come
};

callback_answer failed_request(const boost::system::error_code& failure) {
  if (failure == beast::http::error::body_limit)
    return callback_answer{413, "Payload Too Large", {}};
  if (failure == beast::http::error::header_limit || failure == beast::http::error::buffer_overflow)
    return {431, "Request Header Fields Too Large", {}};
  return {400, "Bad Request", {}};
}

callback_server_options checked_server_options(callback_server_options options) {
  using namespace std::chrono_literals;
  const auto check = [](const char* name, duration value, duration least) {
    if (value >= least && value <= 24h) return;
    throw_error(error{errc::invalid_argument, request_effect::not_sent,
                      "callback_server_options::" + std::string{name} + ": expected " +
                          (least == 0ms ? "0" : "1 ms") + " to 24 hours"});
  };
  check("timeout", options.timeout(), 1ms);
  check("idle_timeout", options.idle_timeout(), 1ms);
  check("grace", options.grace(), 0ms);
  return options;
}

http_response response_of(const callback_answer& answer, unsigned version, bool keep_alive) {
  http_response response{beast::http::int_to_status(static_cast<unsigned>(answer.status)), version};
  for (const auto& line : answer.headers()) response.set(line.name, line.value);
  response.body() = answer.body;
  response.keep_alive(keep_alive);
  response.prepare_payload();
  return response;
}

}  // namespace

callback_server_options& callback_server_options::address(std::string ip) {
  address_ = std::move(ip);
  return *this;
}
callback_server_options& callback_server_options::port(std::uint16_t number) {
  port_ = number;
  return *this;
}
callback_server_options& callback_server_options::path(std::string path) {
  path_ = std::move(path);
  return *this;
}
callback_server_options& callback_server_options::max_connections(std::size_t count) {
  max_connections_ = std::max<std::size_t>(count, 1);
  return *this;
}
callback_server_options& callback_server_options::timeout(duration limit) {
  timeout_ = limit;
  return *this;
}
callback_server_options& callback_server_options::idle_timeout(duration limit) {
  idle_timeout_ = limit;
  return *this;
}
callback_server_options& callback_server_options::grace(duration limit) {
  grace_ = limit;
  return *this;
}

// What runs is in the strand of `run`.
struct callback_server::state {
  using self_pointer = std::shared_ptr<state>;
  using connection_pointer = std::shared_ptr<server_connection>;

  state(const asio::any_io_executor& executor, std::shared_ptr<callback_core> receiver,
        callback_server_options wanted)
      : options{checked_server_options(std::move(wanted))},
        core{std::move(receiver)},
        acceptor{executor,
                 tcp::endpoint{asio::ip::make_address(options.address()), options.port()}},
        port{acceptor.local_endpoint().port()} {}

  static asio::awaitable<void> serve(self_pointer self, connection_pointer connection) {
    try {
      for (bool open = true; open && !self->stopping;) {
        auto exchanging = exchange(self, connection);
        open = co_await std::move(exchanging);
      }
    } catch (...) {
      // Memory is short, or the connection was cancelled: VK repeats what has no answer.
    }
    connection->close();
    self->connections.remove(connection);
    if (self->connections.empty()) self->deserted->wake();
  }

  // A sender that asks first (RFC 9110, 10.1.1) is told to go on; one whose body is too large is
  // told so before it has sent it.
  static asio::awaitable<boost::system::error_code> read(connection_pointer connection,
                                                         request_parser& parser) {
    auto& stream = connection->stream;
    auto& buffer = connection->buffer;
    const auto [bad_head, head] =
        co_await beast::http::async_read_header(stream, buffer, parser, server_token);
    static_cast<void>(head);
    if (bad_head) co_return bad_head;
    const auto& message = parser.get();
    if (!parser.is_done() && message.version() > 10 &&
        beast::iequals(message[beast::http::field::expect], "100-continue")) {
      const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto [not_sent, sent] =
          co_await asio::async_write(stream, asio::buffer(go_on), server_token);
      static_cast<void>(sent);
      if (not_sent) co_return not_sent;
    }
    const auto [bad_body, body] =
        co_await beast::http::async_read(stream, buffer, parser, server_token);
    static_cast<void>(body);
    co_return bad_body;
  }

  // Whether the connection stays open.
  static asio::awaitable<bool> exchange(self_pointer self, connection_pointer connection) {
    auto& stream = connection->stream;
    request_parser parser;
    parser.header_limit(header_limit);
    parser.body_limit(self->core->max_body_size());
    // The first byte may be late, the rest must not.
    connection->idle = connection->buffer.size() == 0;
    stream.expires_after(self->options.idle_timeout());
    if (connection->idle) {
      self->move_to_end(connection);
      const auto [failure, size] =
          co_await stream.async_read_some(connection->buffer.prepare(read_size), server_token);
      if (failure) co_return false;
      connection->buffer.commit(size);
    }
    connection->idle = false;
    stream.expires_after(self->options.timeout());
    auto reading = read(connection, parser);
    const auto failure = co_await std::move(reading);
    const bool is_http =
        !failure || failure.category() ==
                        beast::http::make_error_code(beast::http::error::body_limit).category();
    if (!is_http || failure == beast::http::error::end_of_stream ||
        failure == beast::http::error::partial_message)
      co_return false;
    callback_answer answer;
    bool keep_alive = false;
    if (failure) {
      answer = failed_request(failure);
    } else {
      auto message = parser.release();
      keep_alive = message.keep_alive();
      stream.expires_never();
      auto answering = answer_to(self, std::move(message));
      auto given = co_await std::move(answering);
      answer = std::move(given);
    }
    keep_alive = keep_alive && !self->stopping;
    const auto response = response_of(answer, 11, keep_alive);
    stream.expires_after(self->options.timeout());
    const auto [not_sent, sent] = co_await beast::http::async_write(stream, response, server_token);
    static_cast<void>(sent);
    co_return !not_sent && keep_alive;
  }

  static asio::awaitable<callback_answer> answer_to(self_pointer self, http_request message) {
    const std::string_view target{message.target().data(), message.target().size()};
    const auto& path = self->options.path();
    if (!path.empty() && target.substr(0, target.find('?')) != path) {
      callback_answer missing{404, "Not Found", {}};
      co_return missing;
    }
    callback_request request;
    request.method = std::string{message.method_string()};
    request.body = std::move(message.body());
    request.retry_counter = std::string{message["X-Retry-Counter"]};
    auto handling = self->core->handle(std::move(request));
    co_return co_await std::move(handling);
  }

  // The connections that are idle are in the order in which they became so.
  void move_to_end(const connection_pointer& connection) {
    const auto place = std::find(connections.begin(), connections.end(), connection);
    if (place != connections.end()) connections.splice(connections.end(), connections, place);
  }

  // Whether there is space.
  [[nodiscard]] bool make_space() {
    if (connections.size() < options.max_connections()) return true;
    const auto idle = std::find_if(connections.begin(), connections.end(),
                                   [](const auto& each) { return each->idle; });
    if (idle == connections.end()) return false;
    (*idle)->close();
    connections.erase(idle);
    return true;
  }

  static asio::awaitable<bool> accept_all(self_pointer self) {
    const auto executor = co_await asio::this_coro::executor;
    const auto time = system_clock();
    for (;;) {
      tcp::socket socket{executor};
      const auto [failure] = co_await self->acceptor.async_accept(socket, server_token);
      if (failure == asio::error::operation_aborted || !self->acceptor.is_open()) co_return true;
      if (failure) {
        auto waiting = wait_until(*time, time->now() + accept_pause);
        if (co_await std::move(waiting)) co_return true;
        continue;
      }
      if (!self->make_space()) continue;
      auto connection = std::make_shared<server_connection>(std::move(socket));
      self->connections.push_back(connection);
      asio::co_spawn(executor, serve(self, std::move(connection)), asio::detached);
    }
  }

  static asio::awaitable<bool> wait_for_all(self_pointer self) {
    for (;;) {
      const auto seen = self->deserted->wakes();
      if (self->connections.empty()) co_return true;
      auto waiting = stop_signal::wait(self->deserted, seen);
      if (co_await std::move(waiting)) co_return false;
    }
  }

  static asio::awaitable<bool> serve_all(self_pointer self) {
    // Whatever ends this, no connection stays.
    struct closing {
      self_pointer server;
      ~closing() {
        server->stopping = true;
        boost::system::error_code ignored;
        server->acceptor.close(ignored);
        for (const auto& each : server->connections) each->close();
      }
    };
    const closing guard{self};
    auto accepting = accept_all(self);
    auto limited = until_stopped(self->stop, std::move(accepting));
    static_cast<void>(co_await std::move(limited));
    self->stopping = true;
    boost::system::error_code ignored;
    self->acceptor.close(ignored);
    for (const auto& each : self->connections)
      if (each->idle) each->close();
    const auto time = system_clock();
    auto leaving = wait_for_all(self);
    auto ended = with_deadline(time, time->now() + self->options.grace(), std::move(leaving));
    static_cast<void>(co_await std::move(ended));
    co_return true;
  }

  static asio::awaitable<result<void>> run(self_pointer self) {
    if (self->began.exchange(true)) {
      co_return error{errc::invalid_argument, request_effect::not_sent,
                      "callback_server::run was called a second time: make another server"};
    }
    try {
      auto serving = serve_all(self);
      auto in_its_strand = in_strand(std::move(serving));
      static_cast<void>(co_await std::move(in_its_strand));
      co_return result<void>{};
    } catch (const boost::system::system_error& failure) {
      if (failure.code() != asio::error::operation_aborted) throw;
    }
    co_return error{errc::cancelled, request_effect::not_sent,
                    "the server of the Callback API was cancelled"};
  }

  const callback_server_options options;
  const std::shared_ptr<callback_core> core;
  tcp::acceptor acceptor;
  const std::uint16_t port;
  std::atomic<bool> began = false;
  std::shared_ptr<stop_signal> stop = std::make_shared<stop_signal>();
  std::shared_ptr<stop_signal> deserted = std::make_shared<stop_signal>();
  std::list<connection_pointer> connections;
  bool stopping = false;
};

callback_server::callback_server(const asio::any_io_executor& executor,
                                 const callback_receiver& receiver,
                                 const callback_server_options& options)
    : state_{std::make_shared<state>(executor, callback_access::core(receiver), options)} {}

callback_server::~callback_server() {
  state_->stop->stop();
}

asio::awaitable<result<void>> callback_server::run() {
  return state::run(state_);
}

void callback_server::stop() noexcept {
  state_->stop->stop();
}

std::uint16_t callback_server::port() const noexcept {
  return state_->port;
}

}  // namespace vkxx
