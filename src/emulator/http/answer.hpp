/// @file
/// The answer to an HTTP request, and how it is sent.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// How the sending of an answer ends.
enum class ending {
  complete,   ///< The whole of it.
  truncated,  ///< The beginning of the body, then the connection closes.
  closed,     ///< Nothing: the connection closes.
  reset,      ///< Nothing: the connection is reset (RST).
  silent,     ///< Nothing, and the connection stays open.
};

struct answer {
  unsigned status = 200;
  std::string content_type = "application/json; charset=utf-8";
  std::vector<name_value> headers;
  std::string body;
  bool packed = false;  ///< The body is sent as it is: a file.

  ending end = ending::complete;
  /// What is sent of a truncated body, in bytes; nothing: half of it.
  std::optional<std::size_t> cut_at{};
  std::chrono::milliseconds delay{0};    ///< Before anything is sent.
  std::chrono::milliseconds dribble{0};  ///< Not zero: the pause after each byte.
};

/// An HTML page.
[[nodiscard]] answer page(unsigned status, std::string html);
/// A plain text that says why a request cannot be answered.
[[nodiscard]] answer refusal(unsigned status, std::string_view why);
/// Status line and headers, up to the empty line.
[[nodiscard]] std::string head_text(const answer& value, bool keep_alive);
/// The reason phrase, such as `Not Found` for 404.
[[nodiscard]] std::string_view reason_phrase(unsigned status) noexcept;
/// Compresses the body as the request's `Accept-Encoding` allows: zstd, gzip, or not at all.
/// Pictures stay as they are.
void compress(answer& value, std::string_view accept_encoding);

}  // namespace vkxx::emulation::detail
