// A WebSocket that only reads.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::detail {

struct stream_address {
  stream_address() = default;  // no aggregates, which g++ 12 copies wrongly in a coroutine

  std::string host;
  std::string port;
  secret target;  // path and query, with the key
};

struct stream_limits {
  stream_limits() = default;

  std::size_t message_size = 0;
  // From its first bytes to its last ones.
  duration message_time{};
  std::shared_ptr<clock> time;
};

// How a read ended.
enum class stream_end {
  none,
  silent,     // neither a message nor a ping for a minute
  too_slow,   // a message did not end in its time
  too_large,  // a message is larger than its limit
  closed,
};

struct stream_reading {
  stream_reading() = default;

  std::string text;
  stream_end end = stream_end::none;
};

class stream_socket {
 public:
  stream_socket() = default;
  stream_socket(const stream_socket&) = delete;
  stream_socket& operator=(const stream_socket&) = delete;
  virtual ~stream_socket() = default;

  // The next text. Must not be called by several coroutines at once.
  [[nodiscard]] virtual asio::awaitable<stream_reading> read() = 0;
  // Sends the close frame, and waits a little for the answer.
  [[nodiscard]] virtual asio::awaitable<void> close() = 0;
};

struct stream_opening {
  stream_opening() = default;

  std::shared_ptr<stream_socket> socket;  // null: it failed
  std::string body;                       // of a refusal
  std::string failure;                    // in words, without secrets
};

// Opens a stream on the executor of the awaiting coroutine. `tls`: null for clear text.
[[nodiscard]] asio::awaitable<stream_opening> open_stream(stream_address address,
                                                          std::shared_ptr<asio::ssl::context> tls,
                                                          stream_limits limits);

}  // namespace vkxx::detail
