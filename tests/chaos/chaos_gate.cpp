#include "chaos/chaos_gate.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <mutex>
#include <thread>
#include <utility>

namespace vkxx::test {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

struct pair_of_sockets {
  pair_of_sockets(tcp::socket to_client, tcp::socket to_server, chaos plays)
      : client{std::move(to_client)}, server{std::move(to_server)}, plan{plays} {}

  tcp::socket client;
  tcp::socket server;
  chaos plan;

  void close(bool reset) {
    boost::system::error_code ignored;
    // With a linger time of zero closing sends RST instead of FIN.
    if (reset) client.set_option(asio::socket_base::linger{true, 0}, ignored);
    client.close(ignored);
    server.close(ignored);
  }
};

asio::awaitable<void> hand_request_on(std::shared_ptr<pair_of_sockets> both) {
  std::array<char, 16384> bytes;
  try {
    for (;;) {
      const auto got =
          co_await both->client.async_read_some(asio::buffer(bytes), asio::use_awaitable);
      if (both->plan.kind == chaos_kind::refuse_request) co_return both->close(true);
      if (both->plan.kind == chaos_kind::swallow) co_return both->close(false);
      co_await asio::async_write(both->server, asio::buffer(bytes.data(), got),
                                 asio::use_awaitable);
    }
  } catch (const boost::system::system_error&) {
    both->close(false);
  }
}

asio::awaitable<void> hand_answer_on(std::shared_ptr<pair_of_sockets> both) {
  std::array<char, 16384> bytes;
  std::size_t handed_on = 0;
  try {
    for (;;) {
      auto got = co_await both->server.async_read_some(asio::buffer(bytes), asio::use_awaitable);
      const auto kind = both->plan.kind;
      if (kind == chaos_kind::delay) {
        asio::steady_timer timer{both->client.get_executor(),
                                 std::chrono::milliseconds{both->plan.amount}};
        co_await timer.async_wait(asio::use_awaitable);
      }
      const bool ends =
          (kind == chaos_kind::cut || kind == chaos_kind::reset || kind == chaos_kind::silence) &&
          handed_on + got >= both->plan.amount;
      if (ends) got = both->plan.amount - handed_on;
      const std::size_t step = kind == chaos_kind::one_byte ? 1 : std::max<std::size_t>(got, 1);
      for (std::size_t at = 0; at < got; at += step) {
        co_await asio::async_write(both->client,
                                   asio::buffer(bytes.data() + at, std::min(step, got - at)),
                                   asio::use_awaitable);
      }
      handed_on += got;
      if (!ends) continue;
      if (kind != chaos_kind::silence) co_return both->close(kind == chaos_kind::reset);
      // Silent until the client has enough of it.
      asio::steady_timer never{both->client.get_executor(), asio::steady_timer::time_point::max()};
      co_await never.async_wait(asio::use_awaitable);
    }
  } catch (const boost::system::system_error&) {
    both->close(false);
  }
}

}  // namespace

class chaos_gate::impl {
 public:
  explicit impl(std::uint16_t server_port)
      : server_{asio::ip::address_v4::loopback(), server_port} {
    // The thread comes last: an event loop without work ends at once.
    asio::co_spawn(io_, accept(), asio::detached);
    thread_ = std::jthread{[this] { io_.run(); }};
  }
  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;
  ~impl() { io_.stop(); }

  void play(chaos plan) {
    const std::lock_guard lock{mutex_};
    plan_ = plan;
  }
  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  asio::awaitable<void> accept() {
    for (;;) {
      auto client = co_await acceptor_.async_accept(asio::use_awaitable);
      boost::system::error_code ignored;  // A client that is gone already.
      client.set_option(tcp::no_delay{true}, ignored);
      tcp::socket server{io_};
      co_await server.async_connect(server_, asio::use_awaitable);
      const std::lock_guard lock{mutex_};
      auto both = std::make_shared<pair_of_sockets>(std::move(client), std::move(server), plan_);
      asio::co_spawn(io_, hand_request_on(both), asio::detached);
      asio::co_spawn(io_, hand_answer_on(both), asio::detached);
    }
  }

  asio::io_context io_{1};
  tcp::endpoint server_;
  tcp::acceptor acceptor_{io_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
  std::mutex mutex_;
  chaos plan_;
  // The last member: joined before all else goes.
  std::jthread thread_;
};

chaos_gate::chaos_gate(std::uint16_t server_port) : impl_{std::make_unique<impl>(server_port)} {}

chaos_gate::~chaos_gate() = default;

void chaos_gate::play(chaos plan) {
  impl_->play(plan);
}

std::string chaos_gate::url() const {
  return "http://127.0.0.1:" + std::to_string(impl_->port());
}

}  // namespace vkxx::test
