#include "emulator/http/server.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <thread>

#include "emulator/http/certificate.hpp"
#include "emulator/http/connection.hpp"
#include "emulator/http/tasks/running_tasks.hpp"
#include "emulator/transports/callback/callback_sender.hpp"

namespace vkxx::emulation::detail {
namespace {

using tcp = asio::ip::tcp;
using tls_stream = beast::ssl_stream<beast::tcp_stream>;

// For scripts, samples, pages and dumps, and as many again for large bodies, so that neither waits
// for the other.
constexpr std::size_t worker_threads = 4;

tcp::endpoint endpoint_of(const emulator_options& options) {
  boost::system::error_code failure;
  const auto address = asio::ip::make_address(options.address(), failure);
  if (failure)
    throw boost::system::system_error{failure, "\"" + options.address() + "\" is no IP address"};
  return {address, options.port()};
}

// Owns the connection in its frame; all that it refers to outlives the io_context's last handler.
template <class Stream>
asio::awaitable<void> serve(Stream stream, service& answers, std::shared_ptr<clock> time,
                            connection_limits limits, helpers workers) {
  connection<Stream> accepted{std::move(stream), answers, *time, limits, std::move(workers)};
  co_await accepted.run();
}

}  // namespace

class server::impl {
 public:
  impl(const emulator_options& options, service& answers, const listening_function& listening)
      : answers_{answers},
        time_{answers.time()},
        emulated_{answers.suspensions(), time_},
        real_{answers.real_suspensions(), system_clock()},
        acceptor_{context_} {
    limits_.body = options.body_limit();
    if (options.tls()) set_up_tls(options);
    listen(endpoint_of(options));
    if (listening) listening(port_);
    asio::co_spawn(context_, accept(), [](const std::exception_ptr&) {});
    sender_ = std::make_unique<callback_sender>(context_, answers_, time_);
    for (auto* watched : {&emulated_, &real_})
      watched->registry.on_earlier(
          [this, watched] { asio::post(context_, [this, watched] { watch_time(*watched); }); });
    thread_ = std::thread{[this] { run(); }};
  }
  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;
  ~impl() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    for (auto* watched : {&emulated_, &real_}) watched->registry.on_earlier({});
    asio::post(context_, [this] {
      boost::system::error_code ignored;
      stopping_ = true;
      static_cast<void>(acceptor_.close(ignored));
      pause_.cancel();
      for (auto* watched : {&emulated_, &real_})
        watched->next_due.emit(asio::cancellation_type::terminal);
      end_connections();
    });
    thread_.join();
    workers_.join();
    heavy_workers_.join();
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] const std::string& authority() const noexcept { return authority_; }

 private:
  void set_up_tls(const emulator_options& options) {
    const auto certificate = make_certificate(options.address());
    authority_ = certificate.authority_pem;
    tls_.emplace(asio::ssl::context::tls_server);
    tls_->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    tls_->use_certificate(asio::buffer(certificate.certificate_pem), asio::ssl::context::pem);
    tls_->use_private_key(asio::buffer(certificate.key_pem), asio::ssl::context::pem);
  }

  void listen(const tcp::endpoint& where) {
    try {
      acceptor_.open(where.protocol());
      acceptor_.set_option(tcp::acceptor::reuse_address{true});
      acceptor_.bind(where);
      acceptor_.listen(asio::socket_base::max_listen_connections);
      port_ = acceptor_.local_endpoint().port();
    } catch (const boost::system::system_error& failure) {
      throw boost::system::system_error{failure.code(), "The emulator cannot listen on " +
                                                            where.address().to_string() + " port " +
                                                            std::to_string(where.port())};
    }
  }

  // Without memory, the work of one connection fails: that of the others goes on.
  void run() {
    while (true) {
      try {
        context_.run();
        return;
      } catch (const std::exception& failure) {
        report(failure.what());
      }
    }
  }

  void report(const char* failure) {
    try {
      answers_.report(log_level::warning,
                      std::string{"The emulator has lost some work: "} + failure);
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
      // No memory to say so.
    }
  }

  // Again until all have ended: Beast misses a cancellation that comes between two steps of
  // reading, and would wait for the rest of the request until the client is too late.
  void end_connections() {
    sender_->stop();
    connections_.end();
    if (connections_.empty() && !sender_->busy()) return;
    ending_.expires_after(std::chrono::milliseconds{10});
    ending_.async_wait([this](const boost::system::error_code&) { end_connections(); });
  }

  asio::awaitable<void> accept() {
    while (!stopping_) {
      auto [failure, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
      if (stopping_) co_return;
      if (failure) {
        // Usually no file descriptor is free. Some connection will close and free one.
        pause_.expires_after(std::chrono::milliseconds{20});
        co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
        continue;
      }
      boost::system::error_code ignored;
      static_cast<void>(socket.set_option(tcp::no_delay{true}, ignored));
      try {
        start(std::move(socket));
      } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
        // No memory for this connection: it is closed, and the next is accepted.
      }
    }
  }

  // One timer for all suspended requests of a clock.
  struct time_watch {
    suspension_registry& registry;
    std::shared_ptr<clock> time;
    asio::cancellation_signal next_due{};
    time_point until = no_deadline;
    std::uint64_t number = 0;
  };

  // An end that has become later is noticed when the timer fires.
  void watch_time(time_watch& watched) {
    const auto when = watched.registry.next_due();
    if (stopping_ || when == no_deadline || when >= watched.until) return;
    watched.next_due.emit(asio::cancellation_type::terminal);
    watched.until = when;
    auto fired = [this, &watched,
                  number = ++watched.number](const boost::system::error_code& failure) {
      if (failure || number != watched.number) return;
      watched.next_due.slot().clear();
      watched.until = no_deadline;
      watched.registry.wake_due(watched.time->now());
      watch_time(watched);
    };
    watched.time->async_wait_until(
        context_.get_executor(), when,
        asio::bind_cancellation_slot(watched.next_due.slot(), std::move(fired)));
  }

  void start(tcp::socket socket) {
    if (tls_)
      spawn(tls_stream{std::move(socket), *tls_});
    else
      spawn(beast::tcp_stream{std::move(socket)});
  }

  template <class Stream>
  void spawn(Stream stream) {
    helpers workers{workers_.get_executor(), heavy_workers_.get_executor()};
    connections_.spawn(serve(std::move(stream), answers_, time_, limits_, std::move(workers)));
  }

  service& answers_;
  std::shared_ptr<clock> time_;
  connection_limits limits_;
  std::string authority_;
  std::optional<asio::ssl::context> tls_;
  bool stopping_ = false;
  asio::thread_pool workers_{worker_threads};
  asio::thread_pool heavy_workers_{worker_threads};
  asio::io_context context_{1};
  running_tasks connections_{context_};
  asio::steady_timer pause_{context_};
  asio::steady_timer ending_{context_};
  time_watch emulated_;
  time_watch real_;
  std::unique_ptr<callback_sender> sender_;
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

server::server(const emulator_options& options, service& answers,
               const listening_function& listening)
    : impl_{std::make_unique<impl>(options, answers, listening)} {}

server::~server() = default;

void server::stop() {
  impl_->stop();
}

std::uint16_t server::port() const noexcept {
  return impl_->port();
}

const std::string& server::ca_certificate_pem() const noexcept {
  return impl_->authority();
}

}  // namespace vkxx::emulation::detail
