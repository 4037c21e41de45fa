/// @file
/// Entry header for sharing the limits of tokens between processes through Redis.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include <vkxx/client/shared_limit.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::redis {

/// Which Redis, and how it is spoken to. A value class.
class options {
 public:
  /// `redis://[[user]:password@]host[:port][/database]`, or `unix:///path/of/the/socket` of a Redis
  /// on this machine. A secret, as it may hold a password. TLS is not spoken: a Redis elsewhere
  /// wants a network that can be trusted, or a tunnel.
  explicit options(secret url);
  explicit options(std::string_view url);

  /// How long Redis may take for an answer before it counts as gone; 500 ms by default, 1 to
  /// 900 ms.
  options& timeout(std::chrono::milliseconds most);
  /// What the names of all keys begin with; `vkxx` by default. Processes share what they name
  /// alike.
  options& prefix(std::string text);

  /// Of the Redis; a secret.
  [[nodiscard]] const secret& url() const noexcept { return url_; }
  [[nodiscard]] std::chrono::milliseconds timeout() const noexcept { return timeout_; }
  [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }

 private:
  secret url_;
  std::chrono::milliseconds timeout_{500};
  std::string prefix_ = "vkxx";
};

/// A limit that all processes share which name the same Redis, database and prefix; for
/// `limits::share`. One is enough for all clients of a program.
///
/// It owns one thread, which speaks to Redis from now on; the last owner's end waits for it. Redis
/// need not be there: it is tried again once a second at least. Of a token Redis sees the SHA-256
/// digest only. Needs Redis 5 or newer.
///
/// In a child of fork() it cannot be used: a client is refused it there, with `usage_exception`.
///
/// Thread safety: safe to share. Throws usage_exception when the options are unusable.
[[nodiscard]] std::shared_ptr<shared_limit> make_shared_limit(const options& options);

}  // namespace vkxx::redis
