/// @file
/// Entry header for limits that processes share through Redis.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <vkxx/client/shared_limit.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::redis {

/// The address of a Redis server and how to use it. A value class.
class options {
 public:
  /// `redis://[[user]:password@]host[:port][/database]`, or `unix:///path/of/the/socket` for a
  /// Redis server on this machine. A secret, as it may contain a password. TLS is not supported: a
  /// remote Redis server needs a trusted network or a tunnel.
  explicit options(secret url);
  explicit options(std::string_view url);

  /// How long Redis may take to answer before it counts as unavailable; 500 ms by default, 1 to 900
  /// ms.
  options& timeout(std::chrono::milliseconds most);
  /// The prefix of all keys; `vkxx` by default. Processes with the same prefix share their limits.
  options& prefix(std::string text);

  /// The URL of the Redis server; a secret.
  [[nodiscard]] const secret& url() const noexcept { return url_; }
  [[nodiscard]] std::chrono::milliseconds timeout() const noexcept { return timeout_; }
  [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }

 private:
  secret url_;
  std::chrono::milliseconds timeout_{500};
  std::string prefix_ = "vkxx";
};

/// A limit shared by all processes that use the same Redis server, database and prefix; for
/// `limits::share`. One is enough for all clients of a program.
///
/// Owns one thread, which uses Redis from now on; destroying the last owner waits for it. Redis
/// need not be available: the thread retries at least once a second. Redis receives only the
/// SHA-256 digest of a token. Needs Redis 5 or newer.
///
/// It cannot be used in a child of fork(): there, a client that gets it throws `usage_exception`.
///
/// Thread safety: safe to share. Throws usage_exception if the options are invalid.
[[nodiscard]] std::shared_ptr<shared_limit> make_shared_limit(const options& options);

}  // namespace vkxx::redis
