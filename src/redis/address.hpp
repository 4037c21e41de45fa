// The address of a Redis server, parsed from its URL.
#pragma once

#include <cstdint>
#include <string>

#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::redis::detail {

struct address {
  std::string host;
  // 0: not known yet.
  std::uint16_t port = 6379;
  // Replaces host and port.
  std::string socket;
  std::string user;
  secret password;
  std::string database;
  // `rediss`: the connection is encrypted, and the server's certificate checked.
  bool tls = false;

  // Without user and password.
  [[nodiscard]] std::string shown() const;
};

// The error never contains the URL.
[[nodiscard]] result<address> read_address(const secret& url);
// The URL of one of several sentinels, and that of the primary server of which they know the
// address: its host is a name of theirs.
[[nodiscard]] result<address> read_sentinel_address(const secret& url);
[[nodiscard]] result<address> read_primary_address(const secret& url);

}  // namespace vkxx::redis::detail
