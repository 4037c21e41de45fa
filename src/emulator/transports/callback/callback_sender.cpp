#include "emulator/transports/callback/callback_sender.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/text/number.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace beast = boost::beast;

constexpr auto sender_token = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t largest_callback_answer = std::size_t{1} << 20U;
// The emulator's clock decides what is too late; this only frees the socket.
constexpr std::chrono::seconds longest_exchange{30};

using outgoing_request = beast::http::request<beast::http::string_body>;

struct callback_target {
  std::string host;
  std::string shown_host;  // An IPv6 address in brackets.
  std::string port;
  std::string path;
  bool secure = false;
};

callback_target target_of(const std::string& url) {
  callback_target target;
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed) return target;
  target.secure = parsed->scheme() == "https";
  target.host = parsed->host_address();
  target.shown_host = std::string{parsed->encoded_host()};
  target.port = parsed->has_port() ? std::string{parsed->port()} : target.secure ? "443" : "80";
  const auto path = parsed->encoded_target();
  target.path = path.empty() ? "/" : std::string{path};
  if (target.path.front() != '/') target.path.insert(0, 1, '/');
  return target;
}

// Nothing: the host is a name.
std::optional<asio::ip::tcp::endpoint> callback_endpoint(const callback_target& target) {
  boost::system::error_code failure;
  const auto address = asio::ip::make_address(target.host, failure);
  const auto port = vkxx::detail::parse_number<std::uint16_t>(target.port);
  if (failure || !port) return std::nullopt;
  return asio::ip::tcp::endpoint{address, *port};
}

outgoing_request request_for(const callback_request& wanted, const callback_target& target) {
  using beast::http::field;
  outgoing_request request{beast::http::verb::post, target.path, 11};
  request.set(field::host, target.shown_host + ":" + target.port);
  request.set(field::content_type, "application/json");
  request.set(field::accept, "*/*");
  request.set(field::connection, "close");
  if (wanted.retry > 0) request.set("X-Retry-Counter", std::to_string(wanted.retry));
  request.body() = wanted.body;
  request.prepare_payload();
  return request;
}

callback_reply no_reply(const boost::system::error_code& failure) {
  callback_reply reply;
  reply.failure = failure.message();
  return reply;
}

template <class Stream>
asio::awaitable<callback_reply> exchange_on(Stream& stream, const outgoing_request& request) {
  const auto [not_written, written] =
      co_await beast::http::async_write(stream, request, sender_token);
  static_cast<void>(written);
  if (not_written) co_return no_reply(not_written);
  beast::flat_buffer buffer;
  beast::http::response_parser<beast::http::string_body> parser;
  parser.body_limit(largest_callback_answer);
  const auto [not_read, size] =
      co_await beast::http::async_read(stream, buffer, parser, sender_token);
  static_cast<void>(size);
  if (not_read) co_return no_reply(not_read);
  callback_reply reply;
  reply.status = parser.get().result_int();
  reply.retry_after = parser.get()[beast::http::field::retry_after];
  reply.body = std::move(parser.get().body());
  co_return reply;
}

asio::awaitable<callback_reply> exchange_with(asio::io_context& context, asio::ssl::context& tls,
                                              const vkxx::detail::name_lookup& names,
                                              const callback_target& target,
                                              const outgoing_request& request) {
  const auto known = callback_endpoint(target);
  std::vector<asio::ip::tcp::endpoint> endpoints;
  if (known) {
    endpoints.push_back(*known);
  } else {
    auto found = co_await names.look_up(target.host, target.port);
    if (found.failure) co_return no_reply(found.failure);
    endpoints = std::move(found.endpoints);
  }
  beast::ssl_stream<beast::tcp_stream> stream{context, tls};
  auto& tcp = beast::get_lowest_layer(stream);
  tcp.expires_after(longest_exchange);
  const auto [refused, endpoint] = co_await tcp.async_connect(endpoints, sender_token);
  static_cast<void>(endpoint);
  if (refused) co_return no_reply(refused);
  if (!target.secure) {
    auto reply = co_await exchange_on(tcp, request);
    co_return reply;
  }
  // RFC 6066: no address.
  if (!known) SSL_set_tlsext_host_name(stream.native_handle(), target.host.c_str());
  const auto [insecure] =
      co_await stream.async_handshake(asio::ssl::stream_base::client, sender_token);
  if (insecure) co_return no_reply(insecure);
  auto reply = co_await exchange_on(stream, request);
  co_return reply;
}

}  // namespace

callback_sender::callback_sender(asio::io_context& context, service& answers,
                                 std::shared_ptr<clock> time)
    : context_{context},
      answers_{answers},
      time_{std::move(time)},
      tls_{asio::ssl::context::tls_client},
      running_{context} {
  tls_.set_verify_mode(asio::ssl::verify_none);
  answers_.on_callbacks([this] { notify(); });
}

void callback_sender::notify() {
  if (notified_.exchange(true)) return;
  asio::post(context_, [this] {
    notified_ = false;
    pump();
  });
}

void callback_sender::stop() {
  stopped_ = true;
  answers_.on_callbacks({});
  next_due_.emit(asio::cancellation_type::terminal);
  running_.end();
}

void callback_sender::pump() {
  if (stopped_) return;
  const auto taken = std::make_shared<const service::callback_work>(answers_.take_callbacks());
  for (std::size_t index = 0; index < taken->requests.size(); ++index)
    running_.spawn(send(taken, index));
  watch(taken->next_due);
}

void callback_sender::watch(time_point when) {
  if (when == no_deadline || when >= watched_until_) return;
  next_due_.emit(asio::cancellation_type::terminal);
  watched_until_ = when;
  auto fired = [this, watch = ++watch_](const boost::system::error_code& failure) {
    if (failure || watch != watch_) return;
    next_due_.slot().clear();
    watched_until_ = no_deadline;
    pump();
  };
  time_->async_wait_until(context_.get_executor(), when,
                          asio::bind_cancellation_slot(next_due_.slot(), std::move(fired)));
}

asio::awaitable<void> callback_sender::send(work taken, std::size_t index) {
  const auto& wanted = taken->requests[index];
  const auto target = target_of(wanted.url);
  const auto request = request_for(wanted, target);
  auto reply = co_await exchange_with(context_, tls_, names_, target, request);
  answers_.finish_callback(*taken, wanted.attempt, std::move(reply));
}

}  // namespace vkxx::emulation::detail
