// Proxy servers of the distribution, started for a test.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "integration/http/servers/process.hpp"

namespace vkxx::http::test {

/// With special characters, as it is and percent-encoded.
inline constexpr auto proxy_password = "s3cr:et@passw0rd";
inline constexpr auto encoded_proxy_password = "s3cr%3Aet%40passw0rd";

/// tinyproxy, an HTTP proxy; asks for user and password if there are any.
class tinyproxy {
 public:
  explicit tinyproxy(bool with_password);
  const std::uint16_t port = free_port();
  /// Its settings know no quotes.
  static constexpr auto plain_password = "s3cretpassw0rd";

 private:
  temporary_folder folder_;
  std::unique_ptr<child_process> program_;
};

/// microsocks, a SOCKS5 proxy.
class microsocks {
 public:
  explicit microsocks(bool with_password);
  const std::uint16_t port = free_port();

 private:
  temporary_folder folder_;
  std::unique_ptr<child_process> program_;
};

/// squid, an HTTP proxy that is also spoken to by TLS.
class squid {
 public:
  /// `certificate` and `key`: PEM files of the TLS port.
  squid(const std::string& certificate, const std::string& key, bool with_password);
  const std::uint16_t http_port = free_port();
  const std::uint16_t https_port = free_port();

 private:
  temporary_folder folder_;
  std::unique_ptr<child_process> program_;
};

}  // namespace vkxx::http::test
