#include "redis/link.hpp"

#include <hiredis/hiredis.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <utility>

namespace vkxx::redis::detail {
namespace {

// A larger answer does not come from a script of this library.
constexpr std::size_t most_unread = std::size_t{256} << 20;

void append_word(std::string& text, const std::string& word) {
  text += '$';
  text += std::to_string(word.size());
  text += "\r\n";
  text += word;
  text += "\r\n";
}

bool is_numeric(const std::string& host) {
  boost::system::error_code failure;
  static_cast<void>(boost::asio::ip::make_address(host, failure));
  return !failure;
}

struct free_reply {
  void operator()(void* reply) const noexcept { freeReplyObject(reply); }
};

}  // namespace

void link::free_reader::operator()(redisReader* reader) const noexcept {
  redisReaderFree(reader);
}

link::link(boost::asio::io_context& io, events called)
    : events_{std::move(called)}, socket_{io}, reader_{redisReaderCreate()}, received_{} {}

link::~link() = default;

void link::open(endpoint where) {
  where_ = std::move(where);
  if (reader_ == nullptr) return fail("out of memory");
  const auto& server = where_.server;
  if (!server.socket.empty()) {
    return connect({boost::asio::local::stream_protocol::endpoint{server.socket}}, 0);
  }
  auto found = [self = shared_from_this()](const std::exception_ptr& thrown,
                                           vkxx::detail::found_addresses known) {
    if (self->closed_) return;
    if (thrown) return self->fail("out of memory");
    if (known.failure) return self->fail(known.failure.message());
    self->connect(std::vector<place>(known.endpoints.begin(), known.endpoints.end()), 0);
  };
  boost::asio::co_spawn(socket_.get_executor(),
                        names_.look_up(server.host, std::to_string(server.port)),
                        boost::asio::bind_cancellation_slot(lookup_end_.slot(), std::move(found)));
}

void link::connect(std::vector<place> places, std::size_t next) {
  if (next >= places.size()) return fail("it has no address");
  socket_.async_connect(places[next], [self = shared_from_this(), places,
                                       next](boost::system::error_code failure) mutable {
    if (self->closed_) return;
    if (!failure) return self->shake_hands();
    boost::system::error_code ignored;
    self->socket_.close(ignored);
    if (next + 1 >= places.size()) return self->fail(failure.message());
    self->connect(std::move(places), next + 1);
  });
}

void link::shake_hands() {
  if (where_.server.socket.empty()) {
    boost::system::error_code ignored;
    socket_.set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
  }
  if (!where_.tls) return establish();
  const auto& name = where_.certificate_name.empty() ? where_.server.host : where_.certificate_name;
  tls_.emplace(socket_, *where_.tls);
  tls_->set_verify_mode(boost::asio::ssl::verify_peer);
  tls_->set_verify_callback(boost::asio::ssl::host_name_verification{name});
  if (!is_numeric(name) && SSL_set_tlsext_host_name(tls_->native_handle(), name.c_str()) != 1) {
    return fail("its name cannot be sent by TLS");
  }
  tls_->async_handshake(boost::asio::ssl::stream_base::client,
                        [self = shared_from_this()](boost::system::error_code failure) {
                          if (self->closed_) return;
                          if (failure) return self->fail("TLS: " + failure.message());
                          self->establish();
                        });
}

void link::establish() {
  established_ = true;
  read();
  write();
  if (!closed_) events_.established();
}

void link::send(const std::vector<std::string>& command) {
  waiting_ += '*';
  waiting_ += std::to_string(command.size());
  waiting_ += "\r\n";
  for (const auto& word : command) append_word(waiting_, word);
  write();
}

void link::write() {
  if (!established_ || writing_ || closed_ || waiting_.empty()) return;
  writing_ = true;
  sending_ = std::exchange(waiting_, {});
  auto written = [self = shared_from_this()](boost::system::error_code failure, std::size_t) {
    self->writing_ = false;
    if (self->closed_) return;
    if (failure) return self->fail(failure.message());
    self->write();
  };
  if (tls_) return boost::asio::async_write(*tls_, boost::asio::buffer(sending_), written);
  boost::asio::async_write(socket_, boost::asio::buffer(sending_), written);
}

void link::read() {
  auto came = [self = shared_from_this()](boost::system::error_code failure, std::size_t size) {
    if (self->closed_) return;
    if (failure == boost::asio::error::eof) return self->fail("Redis closed the connection");
    if (failure) return self->fail(failure.message());
    self->consume(size);
  };
  if (tls_) return tls_->async_read_some(boost::asio::buffer(received_), came);
  socket_.async_read_some(boost::asio::buffer(received_), came);
}

void link::consume(std::size_t size) {
  if (redisReaderFeed(reader_.get(), received_.data(), size) != REDIS_OK ||
      reader_->len > most_unread) {
    return fail("an answer that cannot be held");
  }
  while (!closed_) {
    void* read_now = nullptr;
    if (redisReaderGetReply(reader_.get(), &read_now) != REDIS_OK) {
      return fail("an answer that is not of Redis' protocol");
    }
    if (read_now == nullptr) break;
    const std::unique_ptr<void, free_reply> owner{read_now};
    events_.answered(*static_cast<const redisReply*>(read_now));
  }
  if (!closed_) read();
}

void link::fail(const std::string& why) {
  if (closed_) return;
  const auto self = shared_from_this();
  const auto lost = events_.lost;
  close();
  lost(why);
}

void link::close() noexcept {
  if (std::exchange(closed_, true)) return;
  try {
    lookup_end_.emit(boost::asio::cancellation_type::terminal);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // No memory to say so: the lookup ends at its limit.
  }
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace vkxx::redis::detail
