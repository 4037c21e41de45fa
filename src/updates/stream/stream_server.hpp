// The endpoint and the key of the Streaming API.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/client/client.hpp>
#include <vkxx/core/secret.hpp>
#include "updates/stream/stream_socket.hpp"

namespace vkxx::detail {

struct stream_server {
  stream_server() = default;  // no aggregate, which g++ 12 copies wrongly in a coroutine

  std::string host;
  std::string port;
  secret key;
  bool secure = true;

  // Path and query with the key.
  [[nodiscard]] secret target(std::string_view path, std::optional<int> stream_id = {}) const;
  [[nodiscard]] std::string url(std::string_view path) const;
};

// Asks VK. The error of the call, or `errc::malformed_answer`.
[[nodiscard]] asio::awaitable<result<stream_server>> ask_stream_server(client vk);

}  // namespace vkxx::detail
