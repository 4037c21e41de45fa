/// @file
/// A certificate authority and a server certificate, generated at start and kept in memory only.
#pragma once

#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

struct certificate {
  std::string authority_pem;    ///< Of the authority: what a client has to trust.
  std::string certificate_pem;  ///< Of the server, for `localhost`, 127.0.0.1, ::1 and `address`.
  std::string key_pem;          ///< The server's private key.
};

/// @throws std::runtime_error if OpenSSL fails.
[[nodiscard]] certificate make_certificate(const std::string& address);

}  // namespace vkxx::emulation::detail
