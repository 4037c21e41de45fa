/// @file
/// Sends updates to a program as VK's Callback API does.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vkxx/client/client.hpp>
#include <vkxx/core/secret.hpp>
#include <vkxx/updates/update.hpp>

namespace vkxx::cli {

/// Where updates go.
struct post_target {
  std::string url;
  secret secret_key;  ///< empty: none is sent
};

/// What the program answered.
enum class post_outcome { taken, removed, refused };

/// Posts updates through a client's transport.
class update_poster {
 public:
  /// Throws `usage_failure` if the address is not one.
  update_poster(const client& vk, post_target target);

  /// Asks the program for the confirmation code of the community, which is reported on standard
  /// error.
  [[nodiscard]] asio::awaitable<void> confirm(std::int64_t community);
  /// Posts an update until the program answers `ok`, at most six times, with growing pauses and as
  /// `Retry-After` says. Each failure is reported on standard error.
  [[nodiscard]] asio::awaitable<post_outcome> post(update content);
  /// Posts once. The answer, or the failure.
  [[nodiscard]] asio::awaitable<result<http::response>> post_once(std::string body, int failures);

 private:
  [[nodiscard]] std::string body_of(const update& content) const;

  token_environment environment_;
  post_target target_;
};

}  // namespace vkxx::cli
