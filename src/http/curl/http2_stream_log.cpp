#include "http/curl/http2_stream_log.hpp"

#include <algorithm>
#include <charconv>
#include <new>
#include <optional>
#include <utility>

namespace vkxx::http::detail {
namespace {

std::optional<std::uint32_t> number_after(std::string_view line, std::string_view words) noexcept {
  const auto found = line.find(words);
  if (found == std::string_view::npos) return std::nullopt;
  line.remove_prefix(found + words.size());
  std::uint32_t number = 0;
  const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (failure != std::errc{}) return std::nullopt;
  return number;
}

// "Using Stream ID: 3 (easy handle 0x…)" up to libcurl 8.0, "[HTTP/2] [3] OPENED stream for …"
// since 8.1.
std::optional<std::uint32_t> opened_stream(std::string_view line) noexcept {
  constexpr std::string_view until_8_0 = "Using Stream ID: ";
  constexpr std::string_view since_8_1 = "[HTTP/2] [";
  if (line.starts_with(until_8_0)) return number_after(line, until_8_0);
  if (line.starts_with(since_8_1) && line.find("] OPENED stream") != std::string_view::npos) {
    return number_after(line, since_8_1);
  }
  return std::nullopt;
}

// "recveived GOAWAY, error=0, last_stream=1" in libcurl 7.88; later versions correct the spelling.
std::optional<std::uint32_t> last_of_goaway(std::string_view line) noexcept {
  if (!line.starts_with("rec") || line.find(" GOAWAY, error=") == std::string_view::npos) {
    return std::nullopt;
  }
  return number_after(line, ", last_stream=");
}

bool says_refused(std::string_view line) noexcept {
  return line.starts_with("REFUSED_STREAM, retrying a fresh connect") ||
         (line.starts_with("HTTP/2 stream ") &&
          line.find(" refused by server, try again") != std::string_view::npos);
}

using held_connection = std::shared_ptr<http2_connection>;

void forget_connection(void*, void* held, CRYPTO_EX_DATA*, int, long, void*) {
  const std::unique_ptr<held_connection> owner{static_cast<held_connection*>(held)};
}

}  // namespace

std::shared_ptr<http2_connection> http2_connection_of(SSL& session) {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, &forget_connection);
  if (const auto* const held = static_cast<held_connection*>(SSL_get_ex_data(&session, index))) {
    return *held;
  }
  auto created = std::make_unique<held_connection>(std::make_shared<http2_connection>());
  auto connection = *created;
  if (SSL_set_ex_data(&session, index, created.get()) != 1) throw std::bad_alloc{};
  static_cast<void>(created.release());  // the session owns it now
  return connection;
}

void http2_stream_log::begin_attempt(std::shared_ptr<http2_connection> connection) noexcept {
  connection_ = std::move(connection);
  stream_ = 0;
  refused_ = false;
}

void http2_stream_log::read(std::string_view line) noexcept {
  if (says_refused(line)) {
    refused_ = true;
  } else if (const auto stream = opened_stream(line)) {
    stream_ = *stream;
  } else if (const auto last = last_of_goaway(line)) {
    // Lines before the request's own stream belong to another connection.
    if (!connection_ || stream_ == 0) return;
    connection_->last_processed = std::min(connection_->last_processed, *last);
  }
}

}  // namespace vkxx::http::detail
