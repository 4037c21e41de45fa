#include <zlib.h>
#include <zstd.h>

#include <cstdlib>
#include <optional>

#include "core/text/ascii.hpp"
#include "emulator/http/answer.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::same_ignoring_case;
using vkxx::detail::trimmed;
namespace {

constexpr std::size_t smallest_worth_it = 20;

// The weight that `Accept-Encoding` gives a coding; 0 where it is not named (RFC 9110, 12.5.3).
double weight_of(std::string_view accepted, std::string_view coding) {
  while (!accepted.empty()) {
    const auto comma = accepted.find(',');
    const auto item = accepted.substr(0, comma);
    accepted.remove_prefix(comma == std::string_view::npos ? accepted.size() : comma + 1);
    const auto semicolon = item.find(';');
    if (!same_ignoring_case(trimmed(item.substr(0, semicolon)), coding)) continue;
    if (semicolon == std::string_view::npos) return 1;
    const auto weight = trimmed(item.substr(semicolon + 1));
    if (!weight.starts_with("q=")) return 1;
    return std::strtod(std::string{weight.substr(2)}.c_str(), nullptr);
  }
  return 0;
}

// Pictures are compressed already. Their Content-Length is the length of the file, on which clients
// rely that send a picture on.
bool is_text(std::string_view content_type) noexcept {
  return !content_type.starts_with("image/") || content_type.starts_with("image/svg");
}

std::optional<std::string> gzipped(const std::string& text) {
  constexpr int gzip_window = 15 + 16;
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return std::nullopt;
  std::string result(deflateBound(&stream, static_cast<uLong>(text.size())) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  result.resize(stream.total_out);
  deflateEnd(&stream);
  if (!done) return std::nullopt;
  return result;
}

std::optional<std::string> zstd_compressed(const std::string& text) {
  std::string result(ZSTD_compressBound(text.size()), '\0');
  const auto size = ZSTD_compress(result.data(), result.size(), text.data(), text.size(), 3);
  if (ZSTD_isError(size) != 0) return std::nullopt;
  result.resize(size);
  return result;
}

}  // namespace

void compress(answer& value, std::string_view accept_encoding) {
  if (value.body.size() < smallest_worth_it || value.body.size() > (std::size_t{1} << 30U)) return;
  if (!is_text(value.content_type)) return;
  const double gzip = weight_of(accept_encoding, "gzip");
  const double zstd = weight_of(accept_encoding, "zstd");
  if (gzip <= 0 && zstd <= 0) return;
  const bool use_zstd = zstd >= gzip;
  auto packed = use_zstd ? zstd_compressed(value.body) : gzipped(value.body);
  if (!packed) return;
  value.body = std::move(*packed);
  value.headers.emplace_back("Content-Encoding", use_zstd ? "zstd" : "gzip");
  value.headers.emplace_back("Vary", "Accept-Encoding");
}

}  // namespace vkxx::emulation::detail
