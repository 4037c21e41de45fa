#include "integration/http/servers/http2_server.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace vkxx::http::test {
namespace {

constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::size_t frame_header_size = 9;
constexpr std::uint8_t end_stream = 1;  // of DATA and HEADERS; ACK of SETTINGS and PING
constexpr std::uint8_t end_headers = 4;

std::string big_endian(std::uint32_t number, int bytes) {
  std::string text;
  while (bytes-- > 0) text += static_cast<char>(number >> (8U * static_cast<unsigned>(bytes)));
  return text;
}

std::uint32_t number_of(std::string_view bytes) {
  std::uint32_t number = 0;
  for (const char c : bytes) number = number << 8U | static_cast<unsigned char>(c);
  return number;
}

std::string bytes_of(const http2_frame& frame) {
  std::string bytes = big_endian(static_cast<std::uint32_t>(frame.payload.size()), 3);
  bytes += static_cast<char>(frame.type);
  bytes += static_cast<char>(frame.flags);
  return bytes + big_endian(frame.stream, 4) + frame.payload;
}

int choose_http2(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                 unsigned int length, void*) {
  const std::string_view all{reinterpret_cast<const char*>(offered), length};
  const auto found = all.find("\x02h2");
  if (found == std::string_view::npos) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = offered + found + 1;
  *size = 2;
  return SSL_TLSEXT_ERR_OK;
}

// One for all servers: it takes longer to make than most tests.
const temporary_folder& certificate() {
  static const temporary_folder folder;
  static const bool written = [] {
    run_program({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes", "-subj", "/CN=vkxx test server", "-addext",
                 "subjectAltName=IP:127.0.0.1", "-days", "2", "-keyout", folder.path("server.key"),
                 "-out", folder.path("server.pem")});
    return true;
  }();
  static_cast<void>(written);
  return folder;
}

}  // namespace

asio::awaitable<void> http2_peer::begin() {
  co_await stream_.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
  std::string read(preface.size(), '\0');
  co_await asio::async_read(stream_, asio::buffer(read), asio::use_awaitable);
  http2_frame settings;
  settings.type = frame_type::settings;
  co_await write(std::move(settings));
}

asio::awaitable<http2_frame> http2_peer::read_frame() {
  std::string header(frame_header_size, '\0');
  co_await asio::async_read(stream_, asio::buffer(header), asio::use_awaitable);
  http2_frame frame;
  frame.type = static_cast<frame_type>(header[3]);
  frame.flags = static_cast<std::uint8_t>(header[4]);
  frame.stream = number_of(std::string_view{header}.substr(5)) & 0x7fffffffU;
  frame.payload.resize(number_of(std::string_view{header}.substr(0, 3)));
  co_await asio::async_read(stream_, asio::buffer(frame.payload), asio::use_awaitable);
  co_return frame;
}

asio::awaitable<http2_frame> http2_peer::read_acknowledged() {
  auto frame = co_await read_frame();
  if (frame.type == frame_type::settings && (frame.flags & end_stream) == 0) {
    http2_frame acknowledged;
    acknowledged.type = frame_type::settings;
    acknowledged.flags = end_stream;
    co_await write(std::move(acknowledged));
  }
  if (frame.type == frame_type::data) body_ += frame.payload;
  co_return frame;
}

asio::awaitable<std::uint32_t> http2_peer::read_request() {
  try {
    for (;;) {
      const auto frame = co_await read_acknowledged();
      const bool of_request = frame.type == frame_type::headers || frame.type == frame_type::data;
      if (of_request && (frame.flags & end_stream) != 0) {
        ++requests_;
        co_return frame.stream;
      }
    }
  } catch (const boost::system::system_error&) {
  }
  co_return 0;
}

asio::awaitable<std::uint32_t> http2_peer::read_first(frame_type type) {
  for (;;) {
    const auto frame = co_await read_acknowledged();
    if (frame.type == type) co_return frame.stream;
  }
}

asio::awaitable<void> http2_peer::open_window(std::uint32_t stream) {
  for (const std::uint32_t each : {std::uint32_t{0}, stream}) {
    http2_frame update;
    update.type = frame_type::window_update;
    update.stream = each;
    update.payload = big_endian(std::uint32_t{1} << 26U, 4);
    co_await write(std::move(update));
  }
}

asio::awaitable<void> http2_peer::write(http2_frame frame) {
  auto bytes = bytes_of(frame);
  co_await write_bytes(std::move(bytes));
}

asio::awaitable<void> http2_peer::write_bytes(std::string bytes) {
  co_await asio::async_write(stream_, asio::buffer(bytes), asio::use_awaitable);
}

asio::awaitable<void> http2_peer::wait_for_close() {
  for (;;) {
    const auto stream = co_await read_request();
    if (stream == 0) co_return;
  }
}

void http2_peer::reset() {
  boost::system::error_code ignored;
  auto& socket = stream_.next_layer();
  socket.set_option(asio::socket_base::linger{true, 0}, ignored);
  socket.close(ignored);
}

http2_frame reset_of(std::uint32_t stream, std::uint32_t error) {
  return {frame_type::rst_stream, 0, stream, big_endian(error, 4)};
}

http2_frame goaway(std::uint32_t last_stream, std::uint32_t error) {
  return {frame_type::goaway, 0, 0, big_endian(last_stream, 4) + big_endian(error, 4)};
}

http2_frame headers_of(std::uint32_t stream) {
  return {frame_type::headers, end_headers, stream, "\x88"};  // `:status: 200` of HPACK's table
}

http2_frame body_of(std::uint32_t stream, std::string body) {
  return {frame_type::data, end_stream, stream, std::move(body)};
}

http2_server::http2_server(script serve)
    : serve_{std::move(serve)},
      acceptor_{context_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}} {
  tls_.use_certificate_file(ca_file(), asio::ssl::context::pem);
  tls_.use_private_key_file(certificate().path("server.key"), asio::ssl::context::pem);
  SSL_CTX_set_alpn_select_cb(tls_.native_handle(), &choose_http2, nullptr);
  asio::co_spawn(context_, accept(), asio::detached);
  thread_ = std::thread{[this] { context_.run(); }};
}

http2_server::~http2_server() {
  context_.stop();
  thread_.join();
}

std::string http2_server::ca_file() {
  return certificate().path("server.pem");
}

std::string http2_server::url() const {
  return "https://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/method/x";
}

asio::awaitable<void> http2_server::accept() {
  for (;;) {
    auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
    asio::co_spawn(context_, serve_one(std::move(socket), accepted_++), asio::detached);
  }
}

asio::awaitable<void> http2_server::serve_one(tcp::socket socket, int number) {
  socket.set_option(tcp::no_delay{true});
  http2_peer peer{std::move(socket), tls_, requests_};
  try {
    co_await peer.begin();
    co_await serve_(peer, number);
  } catch (const boost::system::system_error&) {  // the client closed
  }
}

}  // namespace vkxx::http::test
