// A stream over TLS that is cut after every number of bytes.
#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <vkxx/testing/scripted_transport.hpp>
#include "integration/http/servers/process.hpp"
#include "updates_site.hpp"

namespace vkxx {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;
using test::event_loop;

constexpr int updates_of_a_stream = 3;

std::string numbered_frame(int stream, int number) {
  return R"({"code":100,"event":{"event_type":"post","event_id":{"post_id":1},"text":")" +
         std::to_string(stream) + "." + std::to_string(number) + R"(","tags":["t"]}})";
}

// A server of streams, and a gate before it that lets through a number of bytes of each connection:
// none of the first one, and `step` more of each one after it.
class cut_streams {
 public:
  explicit cut_streams(std::size_t step) : step_{step} {
    using http::test::required_program;
    http::test::run_program({required_program("openssl"), "req", "-x509", "-newkey", "ec",
                             "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                             "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
                             folder_.path("key.pem"), "-out", folder_.path("ca.pem")});
    tls_.use_certificate_chain_file(folder_.path("ca.pem"));
    tls_.use_private_key_file(folder_.path("key.pem"), asio::ssl::context::pem);
    asio::co_spawn(io_, serve(), asio::detached);
    asio::co_spawn(io_, guard(), asio::detached);
    thread_ = std::thread{[this] { io_.run(); }};
  }
  cut_streams(const cut_streams&) = delete;
  cut_streams& operator=(const cut_streams&) = delete;
  ~cut_streams() {
    io_.stop();
    thread_.join();
  }

  [[nodiscard]] std::string endpoint() const {
    return "127.0.0.1:" + std::to_string(gate_.local_endpoint().port());
  }
  [[nodiscard]] std::string ca_file() const { return folder_.path("ca.pem"); }

 private:
  using socket_pointer = std::shared_ptr<tcp::socket>;

  asio::awaitable<void> serve() {
    for (;;) {
      auto socket = co_await server_.async_accept(asio::use_awaitable);
      asio::co_spawn(io_, stream(std::move(socket)), asio::detached);
    }
  }
  asio::awaitable<void> stream(tcp::socket socket) {
    namespace beast = boost::beast;
    // Connections come in the order in which the gate opens them.
    const int number = served_++;
    beast::websocket::stream<beast::ssl_stream<tcp::socket>, false> socket_of{std::move(socket),
                                                                              tls_};
    co_await socket_of.next_layer().async_handshake(asio::ssl::stream_base::server,
                                                    asio::use_awaitable);
    co_await socket_of.async_accept(asio::use_awaitable);
    for (int update = 1; update <= updates_of_a_stream; ++update) {
      const auto frame = numbered_frame(number, update);
      co_await socket_of.async_write(asio::buffer(frame), asio::use_awaitable);
    }
    beast::flat_buffer ignored;
    co_await socket_of.async_read(ignored, asio::use_awaitable);
  }

  asio::awaitable<void> guard() {
    for (std::size_t number = 0;; ++number) {
      const auto inside = std::make_shared<tcp::socket>(io_);
      const auto outside =
          std::make_shared<tcp::socket>(co_await gate_.async_accept(asio::use_awaitable));
      co_await inside->async_connect(server_.local_endpoint(), asio::use_awaitable);
      asio::co_spawn(io_, pass(outside, inside, SIZE_MAX, false), asio::detached);
      asio::co_spawn(io_, pass(inside, outside, number * step_, number % 2 == 1), asio::detached);
    }
  }
  // `half`: only this direction is closed at the limit.
  static asio::awaitable<void> pass(socket_pointer from, socket_pointer to, std::size_t limit,
                                    bool half) {
    std::array<char, 4096> bytes{};
    boost::system::error_code failure;
    while (!failure && limit > 0) {
      const auto size = co_await from->async_read_some(
          asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, failure));
      const auto passed = std::min(size, limit);
      if (failure) break;
      limit -= passed;
      co_await asio::async_write(*to, asio::buffer(bytes.data(), passed),
                                 asio::redirect_error(asio::use_awaitable, failure));
    }
    boost::system::error_code ignored;
    to->shutdown(tcp::socket::shutdown_send, ignored);
    if (half && !failure) co_return;
    to->close(ignored);
    from->close(ignored);
  }

  const std::size_t step_;
  http::test::temporary_folder folder_;
  asio::io_context io_{1};
  asio::ssl::context tls_{asio::ssl::context::tls_server};
  tcp::acceptor server_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  tcp::acceptor gate_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  int served_ = 0;
  std::thread thread_;
};

struct seen_update {
  int stream = 0;
  int number = 0;
  bool after_loss = false;
};

// Until a stream is whole.
asio::awaitable<std::vector<seen_update>> read_all(update_source& source) {
  std::vector<seen_update> seen;
  bool loss = false;
  while (seen.empty() || seen.back().number < updates_of_a_stream) {
    auto reading = source.next();
    const auto batch = co_await std::move(reading);
    if (!batch) {
      ADD_FAILURE() << batch.error().to_string();
      break;
    }
    source.commit(batch->cursor());
    loss = loss || !batch->losses().empty();
    for (const auto& update : *batch) {
      const auto parsed = boost::json::parse(update.raw());
      const std::string text{parsed.at("text").as_string().c_str()};
      const auto point = text.find('.');
      seen_update found;
      found.stream = std::stoi(text.substr(0, point));
      found.number = std::stoi(text.substr(point + 1));
      found.after_loss = std::exchange(loss, false);
      seen.push_back(found);
    }
  }
  co_return seen;
}

TEST(StreamReader, DeliversEachUpdateOnceAndReportsEachCutWhereverItIs) {
  cut_streams streams{37};
  event_loop loop;
  const auto transport = std::make_shared<testing::scripted_transport>();
  transport->expect(testing::call("streaming.getServerUrl"))
      .reply(R"({"endpoint":")" + streams.endpoint() + R"(","key":"key"})")
      .times(10'000);
  auto settings = config{}.transport(transport).access_token("token").limits(limits{}.off());
  client vk{loop.context().get_executor(), settings};
  stream_reader source{vk, stream_options{}.pause(1ms).ca_file(streams.ca_file())};
  auto reading = loop.start(read_all(source));
  ASSERT_EQ(reading.wait_for(5min), std::future_status::ready);
  const auto seen = reading.get();
  int last_stream = -1;
  int last_number = 0;
  for (const auto& [stream, number, after_loss] : seen) {
    if (stream == last_stream) {
      EXPECT_EQ(number, last_number + 1);
    } else {
      EXPECT_GT(stream, last_stream);
      EXPECT_EQ(number, 1) << stream;
      EXPECT_TRUE(after_loss || last_stream < 0) << stream;
    }
    last_stream = stream;
    last_number = number;
  }
  // Some were cut between their updates.
  EXPECT_GT(seen.size(), std::size_t{updates_of_a_stream});
}

}  // namespace
}  // namespace vkxx
