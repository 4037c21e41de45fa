/// @file
/// The default transport: libcurl on an asio executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/http/proxy.hpp>
#include <vkxx/http/transport.hpp>

namespace vkxx::http {

/// How the transport reaches the server. The defaults are suitable for production.
class transport_options {
 public:
  transport_options();

  /// The proxy for all requests. Empty (the default): no proxy.
  transport_options& proxy(std::optional<http::proxy> through);
  /// A PEM file with certificate authorities to trust in addition to the system's.
  transport_options& ca_file(std::string path);
  /// The `User-Agent` header; `vkxx/<version>` by default.
  transport_options& user_agent(std::string name);
  /// The maximum time for name resolution, connection and TLS together; 10 s by default, 1 ms to 24
  /// hours. The request's own limits also apply.
  transport_options& connect_timeout(duration limit);
  /// The maximum size of an answer's body in bytes, after decompression; 64 MiB by default, at
  /// least 1.
  transport_options& max_answer_size(std::size_t bytes);
  /// The maximum number of open connections; further requests wait in line, as for
  /// `max_in_flight`. 0 (the default): no limit; at most 1,000,000.
  transport_options& max_connections(std::size_t count);
  /// The maximum number of requests that are in progress with one host at the same time, those
  /// apart that wait for events (`request::waits_for_events`); 256 by default, 0: no limit; at most
  /// 1,000,000. Without HTTP/2 each has a connection of its own. Further requests wait in line:
  /// until their deadline, and their timeout begins when they leave the line; those without a
  /// deadline until their timeout. A request that ends in line was not sent.
  transport_options& max_in_flight(std::size_t count);

  [[nodiscard]] const std::optional<http::proxy>& proxy() const noexcept { return proxy_; }
  [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }
  [[nodiscard]] const std::string& user_agent() const noexcept { return user_agent_; }
  [[nodiscard]] duration connect_timeout() const noexcept { return connect_timeout_; }
  [[nodiscard]] std::size_t max_answer_size() const noexcept { return max_answer_size_; }
  [[nodiscard]] std::size_t max_connections() const noexcept { return max_connections_; }
  [[nodiscard]] std::size_t max_in_flight() const noexcept { return max_in_flight_; }

 private:
  std::optional<http::proxy> proxy_;
  std::string ca_file_;
  std::string user_agent_;
  duration connect_timeout_ = std::chrono::seconds{10};
  std::size_t max_answer_size_ = std::size_t{64} << 20U;
  std::size_t max_connections_ = 0;
  std::size_t max_in_flight_ = 256;
};

/// Creates a transport whose sockets and timers run on `executor` (in a strand of its own).
///
/// Reuses connections, speaks HTTP/2 where TLS offers it, always verifies certificates, accepts and
/// decompresses compressed answers, and supports only `http` and `https`. Ignores environment
/// variables for proxies.
///
/// Destroying the last owner cancels all exchanges and does not block. In a child of fork() it
/// refuses to send (`errc::invalid_argument`) and never touches the parent's connections, not even
/// when destroyed there. Throws `usage_exception` if the CA file cannot be read, or an option is
/// out of its range.
[[nodiscard]] std::shared_ptr<transport> make_curl_transport(asio::any_io_executor executor,
                                                             transport_options options);

}  // namespace vkxx::http
