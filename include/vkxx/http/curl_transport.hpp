/// @file
/// The transport for real use: libcurl on an asio executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/http/proxy.hpp>
#include <vkxx/http/transport.hpp>

namespace vkxx::http {

/// How the transport reaches the server. Defaults are fit for use.
class transport_options {
 public:
  transport_options();

  /// The proxy for all requests; nothing (the default): none.
  transport_options& proxy(std::optional<http::proxy> through);
  /// A PEM file with further certificate authorities to trust, beside the system's.
  transport_options& ca_file(std::string path);
  /// The `User-Agent` header; `vkxx/<version>` by default.
  transport_options& user_agent(std::string name);
  /// The longest time for name resolution, connection and TLS together; 10 s by default,
  /// 1 ms to 24 hours. The request's own limits hold as well.
  transport_options& connect_timeout(duration limit);
  /// The largest body of an answer in bytes, after decompression; 64 MiB by default, at
  /// least 1.
  transport_options& max_answer_size(std::size_t bytes);
  /// The most connections that are open at once, further requests wait; 0 (the default): no limit;
  /// 1,000,000 at most.
  transport_options& max_connections(std::size_t count);

  [[nodiscard]] const std::optional<http::proxy>& proxy() const noexcept { return proxy_; }
  [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }
  [[nodiscard]] const std::string& user_agent() const noexcept { return user_agent_; }
  [[nodiscard]] duration connect_timeout() const noexcept { return connect_timeout_; }
  [[nodiscard]] std::size_t max_answer_size() const noexcept { return max_answer_size_; }
  [[nodiscard]] std::size_t max_connections() const noexcept { return max_connections_; }

 private:
  std::optional<http::proxy> proxy_;
  std::string ca_file_;
  std::string user_agent_;
  duration connect_timeout_ = std::chrono::seconds{10};
  std::size_t max_answer_size_ = std::size_t{64} << 20U;
  std::size_t max_connections_ = 0;
};

/// Makes a transport whose sockets and timers live on `executor` (inside a strand of its own).
///
/// Connections are kept and reused, HTTP/2 is spoken where TLS offers it, certificates are always
/// verified, compressed answers are accepted and unpacked, only `http` and `https` are spoken.
/// Environment variables for proxies are not looked at.
///
/// Destroying the last owner cancels what is under way and does not block.
/// In a child of fork() it refuses to send (`errc::invalid_argument`) and leaves the connections of
/// the parent alone, also when it is destroyed there.
/// Throws `usage_exception` if the CA file cannot be read, or an option is out of its range.
[[nodiscard]] std::shared_ptr<transport> make_curl_transport(asio::any_io_executor executor,
                                                             transport_options options);

}  // namespace vkxx::http
