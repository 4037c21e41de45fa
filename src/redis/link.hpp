// One connection to a Redis server: bytes and answers, with or without TLS.
#pragma once

#include <array>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/async/name_lookup.hpp"
#include "redis/address.hpp"

struct redisReply;
struct redisReader;

namespace vkxx::redis::detail {

struct sentinel_set;

// An address, and what its certificate is checked against.
struct endpoint {
  address server;
  // Null: no TLS.
  std::shared_ptr<boost::asio::ssl::context> tls;
  // The name of the certificate; empty: the host.
  std::string certificate_name;
  // Null: the address is known. Otherwise they are asked for host and port.
  std::shared_ptr<const sentinel_set> sentinels;
};

// Used on the thread of its io_context only. Its pending operations own it; after `close` it calls
// nobody.
class link : public std::enable_shared_from_this<link> {
 public:
  struct events {
    std::function<void()> established;
    std::function<void(const redisReply&)> answered;
    std::function<void(const std::string& why)> lost;
  };

  link(boost::asio::io_context& io, events called);
  ~link();
  link(const link&) = delete;
  link& operator=(const link&) = delete;

  void open(endpoint where);
  // Sent in order; held until the connection is established.
  void send(const std::vector<std::string>& command);
  void close() noexcept;

 private:
  using socket = boost::asio::generic::stream_protocol::socket;
  using place = boost::asio::generic::stream_protocol::endpoint;
  struct free_reader {
    void operator()(redisReader* reader) const noexcept;
  };

  void connect(std::vector<place> places, std::size_t next);
  void shake_hands();
  void establish();
  void write();
  void read();
  void consume(std::size_t size);
  void fail(const std::string& why);

  endpoint where_;
  events events_;
  vkxx::detail::name_lookup names_;
  boost::asio::cancellation_signal lookup_end_;
  socket socket_;
  std::optional<boost::asio::ssl::stream<socket&>> tls_;
  std::unique_ptr<redisReader, free_reader> reader_;
  std::string waiting_;
  std::string sending_;
  std::array<char, 16384> received_;
  bool established_ = false;
  bool writing_ = false;
  bool closed_ = false;
};

}  // namespace vkxx::redis::detail
