/// @file
/// One connection: requests in, answers out, until either side closes it.
#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <exception>
#include <optional>

#include <vkxx/core/clock.hpp>

#include "emulator/service.hpp"

namespace vkxx::emulation::detail {

namespace beast = boost::beast;

/// Limits of a request in size and time.
struct connection_limits {
  std::size_t body = 0;
  std::uint32_t header = 64 * 1024;
  std::size_t target = std::size_t{8} * 1024;
  std::chrono::seconds idle{75};
};

/// The thread pools beside the thread of the sockets.
struct helpers {
  asio::any_io_executor usual;
  /// For large bodies, which may take seconds and must not delay other requests.
  asio::any_io_executor heavy;
};

/// Runs `work`, which returns an answer, on `workers`, and resumes on the awaiting coroutine's
/// executor. Both must outlive it.
template <class Work>
asio::awaitable<answer> done_elsewhere(const asio::any_io_executor& workers, const Work& work) {
  const auto initiate = [workers = &workers, work = &work](auto handler) {
    auto home = asio::make_work_guard(handler);
    asio::post(*workers, [handler = std::move(handler), home = std::move(home), work]() mutable {
      std::exception_ptr failure;
      answer result;
      try {
        result = (*work)();
      } catch (...) {
        failure = std::current_exception();
      }
      const auto executor = home.get_executor();
      asio::post(executor,
                 [handler = std::move(handler), failure, result = std::move(result)]() mutable {
                   std::move(handler)(failure, std::move(result));
                 });
      home.reset();
    });
  };
  auto completion = asio::use_awaitable;
  auto result =
      co_await asio::async_initiate<asio::use_awaitable_t<>, void(std::exception_ptr, answer)>(
          initiate, completion);
  co_return result;
}

/// `Stream` is `beast::tcp_stream` or an SSL stream over it. Lives in its coroutine's frame.
template <class Stream>
class connection {
 public:
  /// @param workers run long work, so that no connection waits for another one's request.
  connection(Stream stream, service& answers, clock& time, connection_limits limits,
             helpers workers)
      : stream_{std::move(stream)},
        answers_{answers},
        time_{time},
        limits_{limits},
        workers_{std::move(workers)} {}

  asio::awaitable<void> run();

 private:
  using parser = beast::http::request_parser<beast::http::string_body>;
  static constexpr auto token = asio::as_tuple(asio::use_awaitable);

  /// Nothing: the connection has ended.
  asio::awaitable<std::optional<http_message>> read();
  asio::awaitable<answer> answer_to(const http_message& message);
  asio::awaitable<bool> deliver(const answer& value, bool head_only, bool keep_alive);
  asio::awaitable<bool> write(std::string_view bytes, std::string_view more = {});
  asio::awaitable<bool> dribble(std::string_view bytes, std::chrono::milliseconds pause);
  asio::awaitable<void> close();
  asio::awaitable<void> refuse(const boost::system::error_code& why);
  asio::awaitable<void> linger();
  beast::tcp_stream& tcp() { return beast::get_lowest_layer(stream_); }
  void expect_activity() { tcp().expires_after(limits_.idle); }
  void reset();

  Stream stream_;
  service& answers_;
  clock& time_;
  connection_limits limits_;
  helpers workers_;
  beast::flat_buffer buffer_;
  bool keep_alive_ = true;
};

template <class Stream>
inline constexpr bool is_tls = !std::is_same_v<Stream, beast::tcp_stream>;

template <class Stream>
asio::awaitable<void> connection<Stream>::run() {
  if constexpr (is_tls<Stream>) {
    expect_activity();
    const auto [failure] = co_await stream_.async_handshake(asio::ssl::stream_base::server, token);
    if (failure) co_return;
  }
  while (true) {
    const auto message = co_await read();
    if (!message) co_return;
    const auto reply = co_await answer_to(*message);
    const bool delivered = co_await deliver(reply, message->method == "HEAD", keep_alive_);
    if (!delivered) co_return;
    if (!keep_alive_) break;
  }
  co_await close();
}

template <class Stream>
asio::awaitable<answer> connection<Stream>::answer_to(const http_message& message) {
  constexpr std::size_t small_body = std::size_t{64} << 10U;
  constexpr std::size_t heavy_body = std::size_t{256} << 10U;
  if (!answers_.is_quick(message)) {
    const auto work = [this, &message] { return answers_.handle(message); };
    const auto& by = message.body.size() > heavy_body ? workers_.heavy : workers_.usual;
    auto reply = co_await done_elsewhere(by, work);
    co_return reply;
  }
  auto reply = answers_.answer_to(message);
  const auto pack = [&message, &reply] {
    service::pack(message, reply);
    return std::move(reply);
  };
  if (reply.body.size() <= small_body) co_return pack();
  auto packed = co_await done_elsewhere(workers_.usual, pack);
  co_return packed;
}

template <class Stream>
asio::awaitable<std::optional<http_message>> connection<Stream>::read() {
  parser incoming;
  incoming.header_limit(limits_.header);
  incoming.body_limit(limits_.body);
  expect_activity();
  const auto [bad_head, head_size] =
      co_await beast::http::async_read_header(stream_, buffer_, incoming, token);
  static_cast<void>(head_size);
  if (bad_head) {
    co_await refuse(bad_head);
    co_return std::nullopt;
  }
  if (incoming.get().target().size() > limits_.target) {
    co_await refuse(make_error_code(boost::system::errc::filename_too_long));
    co_return std::nullopt;
  }
  if (!incoming.is_done() &&
      beast::iequals(incoming.get()[beast::http::field::expect], "100-continue")) {
    const bool told = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
    if (!told) co_return std::nullopt;
  }
  const auto [bad_body, body_size] =
      co_await beast::http::async_read(stream_, buffer_, incoming, token);
  static_cast<void>(body_size);
  if (bad_body) {
    co_await refuse(bad_body);
    co_return std::nullopt;
  }
  auto request = incoming.release();
  keep_alive_ = request.keep_alive();
  http_message message;
  message.method = request.method_string();
  message.target = request.target();
  for (const auto& field : request)
    message.headers.emplace_back(field.name_string(), field.value());
  message.body = std::move(request.body());
  co_return message;
}

template <class Stream>
asio::awaitable<void> connection<Stream>::refuse(const boost::system::error_code& why) {
  using beast::http::error;
  answer reply;
  if (why == error::body_limit)
    reply = refusal(413, "The body is larger than the emulator takes.");
  else if (why == error::header_limit || why == error::buffer_overflow)
    reply = refusal(431, "The headers are larger than 64 KiB.");
  else if (why == boost::system::errc::filename_too_long)
    reply = refusal(414, "The address is longer than 8 KiB: send the parameters by POST.");
  else if (why.category() == make_error_code(error::bad_version).category() &&
           why != error::end_of_stream && why != error::partial_message)
    reply = refusal(400, "This is not HTTP: " + why.message());
  else
    co_return;
  if (co_await deliver(reply, false, false)) co_await linger();
}

// Reads the rest of the request, so that a reset does not discard the refusal.
template <class Stream>
asio::awaitable<void> connection<Stream>::linger() {
  boost::system::error_code ignored;
  tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  std::array<char, 16384> bytes{};
  std::size_t left = limits_.body + (std::size_t{1} << 20U);
  tcp().expires_after(std::chrono::seconds{5});
  while (true) {
    const auto into = asio::buffer(bytes);
    const auto [failure, size] = co_await tcp().async_read_some(into, token);
    if (failure || size > left) co_return;
    left -= size;
  }
}

template <class Stream>
asio::awaitable<bool> connection<Stream>::deliver(const answer& value, bool head_only,
                                                  bool keep_alive) {
  if (value.delay.count() > 0 || value.end == ending::silent) {
    tcp().expires_never();
    const auto until =
        value.end == ending::silent ? no_deadline : time_.now() + duration{value.delay};
    const auto interrupted = co_await wait_until(time_, until);
    if (interrupted) co_return false;
  }
  if (value.end == ending::reset) reset();
  if (value.end == ending::reset || value.end == ending::closed) {
    if (value.end == ending::closed) co_await close();
    co_return false;
  }
  const auto head = head_text(value, keep_alive);
  auto body = std::string_view{value.body};
  if (value.end == ending::truncated) body = body.substr(0, body.size() / 2);
  if (head_only) body = {};
  // A body may be as large as memory allows: it is not copied.
  bool written = false;
  if (value.dribble.count() > 0)
    written = co_await dribble(head, value.dribble) && co_await dribble(body, value.dribble);
  else
    written = co_await write(head, body);
  if (written && value.end == ending::truncated) {
    // A plain close without TLS close_notify: the answer was cut in transit.
    boost::system::error_code ignored;
    tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
    co_return false;
  }
  co_return written;
}

template <class Stream>
asio::awaitable<bool> connection<Stream>::write(std::string_view bytes, std::string_view more) {
  expect_activity();
  const std::array<asio::const_buffer, 2> from{asio::buffer(bytes.data(), bytes.size()),
                                               asio::buffer(more.data(), more.size())};
  const auto [failure, size] = co_await asio::async_write(stream_, from, token);
  static_cast<void>(size);
  co_return !failure;
}

template <class Stream>
asio::awaitable<bool> connection<Stream>::dribble(std::string_view bytes,
                                                  std::chrono::milliseconds pause) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const bool written = co_await write(bytes.substr(at, 1));
    if (!written) co_return false;
    tcp().expires_never();
    const auto interrupted = co_await wait_until(time_, time_.now() + duration{pause});
    if (interrupted) co_return false;
  }
  co_return true;
}

template <class Stream>
asio::awaitable<void> connection<Stream>::close() {
  if constexpr (is_tls<Stream>) {
    tcp().expires_after(std::chrono::seconds{5});
    const auto [ignored_failure] = co_await stream_.async_shutdown(token);
    static_cast<void>(ignored_failure);
  }
  boost::system::error_code ignored;
  tcp().socket().shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
}

template <class Stream>
void connection<Stream>::reset() {
  boost::system::error_code ignored;
  tcp().socket().set_option(asio::socket_base::linger{true, 0}, ignored);
  tcp().socket().close(ignored);
}

}  // namespace vkxx::emulation::detail
