#include "updates/stream/stream_socket.hpp"

#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <utility>

#include "core/async/name_lookup.hpp"
#include "core/async/time_sum.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {
namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

constexpr auto stream_token = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds opening_time{30};
constexpr std::chrono::seconds closing_time{2};
constexpr std::chrono::seconds longest_silence{60};

template <class Layer>
class stream_socket_of final : public stream_socket {
 public:
  // `tls` outlives the layer.
  stream_socket_of(std::shared_ptr<asio::ssl::context> tls, Layer layer, stream_limits most)
      : tls_{std::move(tls)}, most_{std::move(most)}, socket_{std::move(layer)} {
    auto limits = websocket::stream_base::timeout::suggested(beast::role_type::client);
    limits.handshake_timeout = opening_time;
    limits.idle_timeout = longest_silence;
    limits.keep_alive_pings = false;
    socket_.set_option(limits);
    socket_.read_message_max(most_.message_size);
  }

  asio::awaitable<stream_reading> read() override {
    beast::flat_buffer buffer;
    // There may be no message for hours. Once it has begun it must end: each byte of a message that
    // comes very slowly is a sign of life to the WebSocket.
    const auto [failure, size] = co_await socket_.async_read_some(buffer, 0, stream_token);
    static_cast<void>(size);
    if (failure) co_return ended(failure);
    if (!socket_.is_message_done()) {
      auto rest = read_rest(buffer);
      auto limited = with_deadline(most_.time, later_by(most_.time->now(), most_.message_time),
                                   std::move(rest));
      const auto end = co_await std::move(limited);
      stream_reading late;
      late.end = stream_end::too_slow;
      if (!end) co_return late;
      if (*end) co_return ended(*end);
    }
    stream_reading reading;
    reading.text = beast::buffers_to_string(buffer.data());
    co_return reading;
  }

  asio::awaitable<void> close() override {
    auto limits = websocket::stream_base::timeout::suggested(beast::role_type::client);
    limits.handshake_timeout = closing_time;
    socket_.set_option(limits);
    const auto [ignored] =
        co_await socket_.async_close(websocket::close_code::normal, stream_token);
    static_cast<void>(ignored);
  }

  [[nodiscard]] websocket::stream<Layer, false>& socket() noexcept { return socket_; }

 private:
  asio::awaitable<boost::system::error_code> read_rest(beast::flat_buffer& buffer) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    const auto [failure, size] = co_await socket_.async_read(buffer, stream_token);
    static_cast<void>(size);
    co_return failure;
  }
  static stream_reading ended(const boost::system::error_code& failure) {
    stream_reading reading;
    reading.end = stream_end::closed;
    if (failure == beast::error::timeout) reading.end = stream_end::silent;
    const bool large = failure == websocket::error::message_too_big ||
                       failure == websocket::error::buffer_overflow;
    if (large) reading.end = stream_end::too_large;
    return reading;
  }

  std::shared_ptr<asio::ssl::context> tls_;
  stream_limits most_;
  websocket::stream<Layer, false> socket_;
};

template <class Layer>
asio::awaitable<stream_opening> shake_hands(std::shared_ptr<stream_socket_of<Layer>> stream,
                                            stream_address address) {
  beast::get_lowest_layer(stream->socket()).expires_never();
  websocket::response_type answer;
  const auto host = address.host + ':' + address.port;
  const auto [failure] = co_await stream->socket().async_handshake(
      answer, host, address.target.expose(), stream_token);
  stream_opening opening;
  if (failure) {
    opening.failure = failure.message();
    opening.body = std::move(answer.body());
  } else {
    opening.socket = std::move(stream);
  }
  co_return opening;
}

stream_opening not_open(std::string reason) {
  stream_opening opening;
  opening.failure = std::move(reason);
  return opening;
}

asio::awaitable<stream_opening> secured(beast::tcp_stream connection, stream_address address,
                                        std::shared_ptr<asio::ssl::context> tls,
                                        stream_limits limits) {
  beast::ssl_stream<beast::tcp_stream> secure{std::move(connection), *tls};
  secure.set_verify_callback(asio::ssl::host_name_verification{address.host});
  SSL_set_tlsext_host_name(secure.native_handle(), address.host.c_str());
  const auto [failure] =
      co_await secure.async_handshake(asio::ssl::stream_base::client, stream_token);
  if (failure) co_return not_open(failure.message());
  using layer = beast::ssl_stream<beast::tcp_stream>;
  auto stream = std::make_shared<stream_socket_of<layer>>(std::move(tls), std::move(secure),
                                                          std::move(limits));
  auto shaking = shake_hands(std::move(stream), std::move(address));
  co_return co_await std::move(shaking);
}

}  // namespace

asio::awaitable<stream_opening> open_stream(stream_address address,
                                            std::shared_ptr<asio::ssl::context> tls,
                                            stream_limits limits) {
  const auto executor = co_await asio::this_coro::executor;
  const name_lookup names;
  const auto found = co_await names.look_up(address.host, address.port);
  if (found.failure) co_return not_open(found.failure.message());
  beast::tcp_stream connection{executor};
  connection.expires_after(opening_time);
  const auto [refused, endpoint] = co_await connection.async_connect(found.endpoints, stream_token);
  static_cast<void>(endpoint);
  if (refused) co_return not_open(refused.message());
  if (tls) {
    auto securing =
        secured(std::move(connection), std::move(address), std::move(tls), std::move(limits));
    co_return co_await std::move(securing);
  }
  auto stream = std::make_shared<stream_socket_of<beast::tcp_stream>>(
      nullptr, std::move(connection), std::move(limits));
  auto shaking = shake_hands(std::move(stream), std::move(address));
  co_return co_await std::move(shaking);
}

}  // namespace vkxx::detail
