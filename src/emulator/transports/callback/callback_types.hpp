/// @file
/// Callback API servers, what is sent to them, and what they answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/transports/community/event_types.hpp"

namespace vkxx::emulation::detail {

enum class server_status : std::uint8_t { unconfigured, failed, wait, ok };

[[nodiscard]] std::string_view to_string(server_status status) noexcept;

/// Wrong requests, on demand.
struct callback_switches {
  bool duplicate = false;     ///< Each event is sent twice.
  bool wrong_secret = false;  ///< `secret` is another one.
  bool hold = false;          ///< Nothing is sent until it is off again.
  std::size_t padding = 0;    ///< Bytes that are added to the body as an unknown member.
};

struct callback_server {
  std::int64_t id = 0;
  std::int64_t group = 0;
  std::int64_t creator = 0;
  std::string url;
  std::string title;
  std::string secret;
  server_status status = server_status::unconfigured;
  transport_settings settings{};
  callback_switches switches{};
  int failures = 0;  ///< In a row.
};

struct callback_event {
  std::string type;
  std::string event_id;
  std::string body;
};

/// A request that is to be sent now.
struct callback_request {
  std::uint64_t attempt = 0;
  std::string url;
  std::string body;
  int retry = 0;  ///< `X-Retry-Counter`; 0: none.
  std::int64_t community = 0;
};

struct callback_reply {
  unsigned status = 0;  ///< 0: there was no answer.
  std::string body;
  std::string retry_after;  ///< The header.
  std::string failure;      ///< Why there was no answer.
};

enum class callback_verdict : std::uint8_t {
  under_way,
  delivered,
  confirmed,
  removed,          ///< The server asked not to get events any more.
  version_changed,  ///< Delivered; events have another version from now on.
  postponed,        ///< By `Retry-After`.
  failed,
  timed_out,
  given_up,  ///< Failed for the last time.
};

[[nodiscard]] std::string_view to_string(callback_verdict verdict) noexcept;

struct callback_attempt {
  std::uint64_t number = 0;
  std::int64_t group = 0;
  std::int64_t server = 0;
  std::int64_t sent_ms = 0;  ///< Unix time.
  std::int64_t ended_ms = 0;
  int retry = 0;
  std::string url;
  std::string type;
  std::string event_id;
  std::string request;
  callback_reply reply;
  callback_verdict verdict = callback_verdict::under_way;
};

/// Seconds or a date of HTTP, as milliseconds from now; nothing: it is neither, or not within three
/// hours.
[[nodiscard]] std::optional<std::int64_t> retry_after_ms(std::string_view header,
                                                         std::int64_t now_ms);

}  // namespace vkxx::emulation::detail
