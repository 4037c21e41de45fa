/// @file
/// The proxy for requests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::http {

/// A proxy: `http://`, `https://`, `socks5://` (names resolved here) or `socks5h://` (names
/// resolved by the proxy).
class proxy {
 public:
  /// Parses `scheme://[user[:password]@]host[:port]`, with user and password percent-encoded. The
  /// default port is 3128 for `http`, 443 for `https`, 1080 for the others. The error describes the
  /// fault, without the password.
  [[nodiscard]] static result<proxy> parse(std::string_view text);

  /// `http`, `https`, `socks5` or `socks5h`.
  [[nodiscard]] const std::string& scheme() const noexcept { return scheme_; }
  /// Name or address; IPv6 in brackets.
  [[nodiscard]] const std::string& host() const noexcept { return host_; }
  /// The specified port, or the scheme's default.
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Decoded; empty without a user.
  [[nodiscard]] const std::string& user() const noexcept { return user_; }
  /// Decoded; empty without a password.
  [[nodiscard]] const secret& password() const noexcept { return password_; }
  /// `scheme://host:port`, safe to log.
  [[nodiscard]] std::string to_string() const;

 private:
  proxy() = default;

  std::string scheme_;
  std::string host_;
  std::uint16_t port_ = 0;
  std::string user_;
  secret password_;
};

}  // namespace vkxx::http
