/// @file
/// One connection: requests in, answers out, until either side closes it.
#pragma once

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <vkxx/core/clock.hpp>

#include "emulator/http/request_head.hpp"
#include "emulator/http/tasks/done_elsewhere.hpp"
#include "emulator/http/web_socket.hpp"
#include "emulator/service.hpp"
#include "emulator/suspension/suspended_request.hpp"

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

/// Wakes the coroutine of a connection that waits on its socket. All members belong to the thread
/// of the sockets.
struct wake_signal {
  explicit wake_signal(asio::ip::tcp::socket& waiting) : socket{&waiting} {}

  void wake(wake_cause why) {
    cause = why;
    boost::system::error_code ignored;
    if (socket != nullptr) static_cast<void>(socket->cancel(ignored));
  }

  asio::ip::tcp::socket* socket;  ///< Null: nobody waits any more.
  std::optional<wake_cause> cause;
  asio::cancellation_signal end_of_clock{};  ///< Ends the wait on the clock, if there is one.
};

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
  using head_parser = beast::http::request_parser<beast::http::empty_body>;
  using parser = beast::http::request_parser<beast::http::string_body>;
  using stream_parser = beast::http::request_parser<beast::http::buffer_body>;
  static constexpr auto token = asio::as_tuple(asio::use_awaitable);

  /// A request, or the answer to one whose body has been read as a stream.
  struct received {
    http_message message;
    std::optional<answer> reply;
  };
  /// Nothing: the connection has ended.
  asio::awaitable<std::optional<received>> read();
  /// False: the connection has ended.
  asio::awaitable<bool> skip_empty_lines();
  /// False: the head is refused, or the connection has ended.
  asio::awaitable<bool> read_head(head_parser& incoming);
  /// Reads the body for an upload server, and answers. Nothing: the connection has ended.
  asio::awaitable<std::optional<answer>> read_upload(head_parser& head,
                                                     std::unique_ptr<upload_request> upload);
  static http_message message_of(const head_parser& head);
  asio::awaitable<request_outcome> outcome_of(const http_message& message);
  /// Waits with the request. Nothing: the client has gone.
  asio::awaitable<std::optional<answer>> answer_later(std::unique_ptr<suspended_request> request);
  /// Nothing: the client has gone.
  asio::awaitable<std::optional<wake_cause>> woken(const suspension& registered);
  /// Waits on the emulator's clock. False: the client has gone.
  asio::awaitable<bool> paused(time_point until);
  /// Watches the connection until the signal has its cause. False: the client has gone.
  asio::awaitable<bool> watched(std::shared_ptr<wake_signal> signal);
  asio::awaitable<bool> still_there();
  /// Gives the connection to a stream.
  asio::awaitable<void> streamed(http_message message, std::shared_ptr<stream_queue> opened);
  asio::awaitable<bool> deliver(const answer& value, bool head_only, bool keep_alive);
  asio::awaitable<bool> write(std::string_view bytes, std::string_view more = {});
  asio::awaitable<bool> dribble(std::string_view bytes, std::chrono::milliseconds pause);
  asio::awaitable<void> close();
  asio::awaitable<void> refuse(const boost::system::error_code& why);
  /// Says without TLS that TLS is spoken here.
  asio::awaitable<void> refuse_plain();
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

/// Whether a handshake failed because the client speaks HTTP without TLS.
[[nodiscard]] inline bool is_plain_http(const boost::system::error_code& failure) noexcept {
  return failure.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(failure.value())) == SSL_R_HTTP_REQUEST;
}

template <class Stream>
inline constexpr bool is_tls = !std::is_same_v<Stream, beast::tcp_stream>;

template <class Stream>
asio::awaitable<void> connection<Stream>::run() {
  if constexpr (is_tls<Stream>) {
    expect_activity();
    const auto [failure] = co_await stream_.async_handshake(asio::ssl::stream_base::server, token);
    if (failure) {
      if (is_plain_http(failure)) co_await refuse_plain();
      co_return;
    }
  }
  while (true) {
    auto request = co_await read();
    if (!request) co_return;
    const bool head_only = request->message.method == "HEAD";
    request_outcome result;
    if (is_stream_path(path_of(request->message.target))) {
      std::shared_ptr<stream_queue> opened;
      auto refused = answers_.refuse_stream(request->message, opened);
      if (!refused) {
        auto message = std::move(request->message);
        co_await streamed(std::move(message), std::move(opened));
        co_return;
      }
      request->reply = std::move(refused);
    }
    if (request->reply)
      result = std::move(*request->reply);
    else
      result = co_await outcome_of(request->message);
    request.reset();
    if (auto* suspended = std::get_if<std::unique_ptr<suspended_request>>(&result)) {
      auto later = co_await answer_later(std::move(*suspended));
      if (!later) co_return;
      result = std::move(*later);
    }
    const bool delivered = co_await deliver(std::get<answer>(result), head_only, keep_alive_);
    if (!delivered) co_return;
    if (!keep_alive_) break;
  }
  co_await close();
}

template <class Stream>
asio::awaitable<request_outcome> connection<Stream>::outcome_of(const http_message& message) {
  constexpr std::size_t small_body = std::size_t{64} << 10U;
  constexpr std::size_t heavy_body = std::size_t{256} << 10U;
  const bool quick = answers_.is_quick(message);
  const auto work = [this, &message] {
    auto result = answers_.accept(message);
    if (auto* reply = std::get_if<answer>(&result)) service::pack(message, *reply);
    return result;
  };
  if (!quick) {
    const auto& by = message.body.size() > heavy_body ? workers_.heavy : workers_.usual;
    auto result = co_await done_elsewhere(by, work);
    co_return result;
  }
  auto result = answers_.accept(message);
  auto* reply = std::get_if<answer>(&result);
  if (reply == nullptr) co_return result;
  const auto pack = [&message, reply] {
    service::pack(message, *reply);
    return true;
  };
  if (reply->body.size() <= small_body)
    pack();
  else
    co_await done_elsewhere(workers_.usual, pack);
  co_return result;
}

template <class Stream>
asio::awaitable<std::optional<answer>> connection<Stream>::answer_later(
    std::unique_ptr<suspended_request> request) {
  while (true) {
    const auto cause = co_await woken(request->registered);
    if (!cause) {
      answers_.abandon(std::move(request));
      co_return std::nullopt;
    }
    http_message message = request->message;
    const bool quick = request->pending.quick;
    const auto work = [this, &request, &message, cause] {
      auto result = answers_.resume(std::move(request), *cause);
      if (auto* reply = std::get_if<answer>(&result)) service::pack(message, *reply);
      return result;
    };
    request_outcome result;
    if (quick)
      result = work();
    else
      result = co_await done_elsewhere(workers_.usual, work);
    if (auto* reply = std::get_if<answer>(&result)) co_return std::move(*reply);
    request = std::move(std::get<std::unique_ptr<suspended_request>>(result));
  }
}

template <class Stream>
asio::awaitable<std::optional<wake_cause>> connection<Stream>::woken(const suspension& registered) {
  const auto signal = std::make_shared<wake_signal>(tcp().socket());
  // The callback runs on any thread.
  registered.attach([signal, executor = tcp().get_executor()](wake_cause cause) {
    asio::post(executor, [signal, cause] { signal->wake(cause); });
  });
  const bool there = co_await watched(signal);
  if (!there) co_return std::nullopt;
  co_return signal->cause;
}

// An answer that is late, or that never comes, must not hold the connection of a client that has
// hung up: descriptors are few.
template <class Stream>
asio::awaitable<bool> connection<Stream>::paused(time_point until) {
  const auto signal = std::make_shared<wake_signal>(tcp().socket());
  auto reached = [signal](const boost::system::error_code& failure) {
    if (!failure) signal->wake(wake_cause::time);
  };
  time_.async_wait_until(
      tcp().get_executor(), until,
      asio::bind_cancellation_slot(signal->end_of_clock.slot(), std::move(reached)));
  const bool there = co_await watched(signal);
  co_return there;
}

template <class Stream>
asio::awaitable<bool> connection<Stream>::watched(std::shared_ptr<wake_signal> signal) {
  tcp().expires_never();
  if (buffer_.size() == 0) buffer_ = beast::flat_buffer{};
  const struct guard {
    wake_signal& owned;
    ~guard() {
      owned.socket = nullptr;
      owned.end_of_clock.emit(asio::cancellation_type::terminal);
    }
  } end_of_wait{*signal};
  while (!signal->cause) {
    const bool open = co_await still_there();
    if (!open && !signal->cause) co_return false;
  }
  co_return true;
}

template <class Stream>
asio::awaitable<void> connection<Stream>::streamed(http_message message,
                                                   std::shared_ptr<stream_queue> opened) {
  const struct guard {
    service& answers;
    std::shared_ptr<stream_queue> stream;
    ~guard() { answers.close_stream(stream); }
  } end_of_stream{answers_, opened};
  co_await serve_web_socket(std::move(stream_), std::move(message), std::move(opened));
}

// Ends when the client sends something, or with false when it has closed the connection or the wait
// is cancelled. What a client sends ahead of the answer is kept for `read`.
template <class Stream>
asio::awaitable<bool> connection<Stream>::still_there() {
  constexpr std::size_t piece = 512;
  // More is not read ahead: only the end of the connection is noticed then.
  const bool full = buffer_.size() > limits_.header;
  const auto awaited = full ? asio::socket_base::wait_error : asio::socket_base::wait_read;
  const auto [failure] = co_await tcp().socket().async_wait(awaited, token);
  if (failure || full) co_return false;
  const auto space = buffer_.prepare(piece);
  const auto [bad_read, size] = co_await stream_.async_read_some(space, token);
  buffer_.commit(size);
  co_return !bad_read;
}

// Clients that send one after a body expect it to be ignored (RFC 9112, 2.2).
template <class Stream>
asio::awaitable<bool> connection<Stream>::skip_empty_lines() {
  constexpr std::size_t piece = 1536;
  constexpr int most_letters = 64;
  for (int skipped = 0; skipped < most_letters;) {
    if (buffer_.size() == 0) {
      const auto space = buffer_.prepare(piece);
      const auto [failure, size] = co_await stream_.async_read_some(space, token);
      if (failure) co_return false;
      buffer_.commit(size);
      continue;
    }
    const char next = *static_cast<const char*>(buffer_.data().data());
    if (next != '\r' && next != '\n') break;
    buffer_.consume(1);
    ++skipped;
  }
  co_return true;
}

template <class Stream>
asio::awaitable<bool> connection<Stream>::read_head(head_parser& incoming) {
  incoming.header_limit(limits_.header);
  incoming.body_limit(boost::none);
  expect_activity();
  if (!co_await skip_empty_lines()) co_return false;
  const auto [bad_head, head_size] =
      co_await beast::http::async_read_header(stream_, buffer_, incoming, token);
  static_cast<void>(head_size);
  if (bad_head) {
    co_await refuse(bad_head);
    co_return false;
  }
  if (incoming.get().target().size() > limits_.target) {
    co_await refuse(make_error_code(boost::system::errc::filename_too_long));
    co_return false;
  }
  keep_alive_ = incoming.get().keep_alive();
  co_return true;
}

template <class Stream>
http_message connection<Stream>::message_of(const head_parser& head) {
  http_message message;
  message.method = head.get().method_string();
  message.target = head.get().target();
  for (const auto& field : head.get())
    message.headers.emplace_back(field.name_string(), field.value());
  return message;
}

template <class Stream>
asio::awaitable<std::optional<typename connection<Stream>::received>> connection<Stream>::read() {
  head_parser head;
  if (!co_await read_head(head)) co_return std::nullopt;
  received result;
  result.message = message_of(head);
  normalize_target(result.message);
  if (const auto refused = refused_head(result.message)) {
    if (co_await deliver(*refused, false, false)) co_await linger();
    co_return std::nullopt;
  }
  std::optional<std::uint64_t> length;
  if (const auto stated = head.content_length()) length = *stated;
  if (!length && !head.chunked()) length = 0;
  auto upload = answers_.begin_upload(result.message, length);
  if (upload == nullptr && length.value_or(0) > limits_.body) {
    co_await refuse(make_error_code(beast::http::error::body_limit));
    co_return std::nullopt;
  }
  const bool refused = upload != nullptr && upload->session.too_large();
  if (!refused && length.value_or(1) != 0 &&
      beast::iequals(head.get()[beast::http::field::expect], "100-continue")) {
    const bool told = co_await write("HTTP/1.1 100 Continue\r\n\r\n");
    if (!told) co_return std::nullopt;
  }
  if (upload != nullptr) {
    auto reply = co_await read_upload(head, std::move(upload));
    if (!reply) co_return std::nullopt;
    result.reply = std::move(reply);
    co_return result;
  }
  parser incoming{std::move(head)};
  incoming.body_limit(limits_.body);
  const auto [bad_body, body_size] =
      co_await beast::http::async_read(stream_, buffer_, incoming, token);
  static_cast<void>(body_size);
  if (bad_body) {
    co_await refuse(bad_body);
    co_return std::nullopt;
  }
  result.message.body = std::move(incoming.get().body());
  co_return result;
}

template <class Stream>
asio::awaitable<std::optional<answer>> connection<Stream>::read_upload(
    head_parser& head, std::unique_ptr<upload_request> upload) {
  constexpr std::size_t piece = std::size_t{64} << 10U;
  stream_parser incoming{std::move(head)};
  incoming.body_limit(boost::none);
  std::vector<char> bytes(piece);
  // The buffer's capacity is what a read asks for.
  buffer_.reserve(piece);
  while (!incoming.is_done() && !upload->session.too_large()) {
    if (upload->pause.count() > 0) {
      tcp().expires_never();
      const auto interrupted = co_await wait_until(time_, time_.now() + duration{upload->pause});
      if (interrupted) co_return std::nullopt;
    }
    auto& body = incoming.get().body();
    body.data = bytes.data();
    body.size = bytes.size();
    body.more = true;
    expect_activity();
    const auto [failure, read_size] =
        co_await beast::http::async_read_some(stream_, buffer_, incoming, token);
    static_cast<void>(read_size);
    if (failure && failure != beast::http::error::need_buffer) {
      co_await refuse(failure);
      co_return std::nullopt;
    }
    const std::string_view came{bytes.data(), bytes.size() - body.size};
    upload->session.feed(came);
  }
  const bool complete = incoming.is_done();
  buffer_.shrink_to_fit();
  const auto message = upload->head;
  const auto work = [this, &upload, &message] {
    auto reply = answers_.end_upload(std::move(upload));
    service::pack(message, reply);
    return reply;
  };
  auto reply = co_await done_elsewhere(workers_.usual, work);
  if (complete) co_return reply;
  // The rest of the body is not a request.
  if (co_await deliver(reply, false, false)) co_await linger();
  co_return std::nullopt;
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

template <class Stream>
asio::awaitable<void> connection<Stream>::refuse_plain() {
  auto reply = refusal(400, "The emulator speaks HTTPS here: begin the address with https://.");
  const auto text = head_text(reply, false) + reply.body;
  const auto whole = asio::buffer(text);
  const auto [failure, size] = co_await asio::async_write(tcp(), whole, token);
  static_cast<void>(size);
  if (!failure) co_await linger();
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
    const auto until =
        value.end == ending::silent ? no_deadline : time_.now() + duration{value.delay};
    const bool there = co_await paused(until);
    if (!there) co_return false;
  }
  if (value.end == ending::reset) reset();
  if (value.end == ending::reset || value.end == ending::closed) {
    if (value.end == ending::closed) co_await close();
    co_return false;
  }
  const auto head = head_text(value, keep_alive);
  auto body = std::string_view{value.body};
  if (value.end == ending::truncated) body = body.substr(0, value.cut_at.value_or(body.size() / 2));
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
    const bool there = co_await paused(time_.now() + duration{pause});
    if (!there) co_return false;
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
