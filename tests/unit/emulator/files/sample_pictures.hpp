/// @file
/// Headers of pictures of any size, and multipart bodies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx::emulation {

inline std::string big_endian_bytes(std::uint32_t value, int size) {
  std::string result;
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8)
    result += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU);
  return result;
}

inline std::string little_endian_bytes(std::uint32_t value, int size) {
  auto result = big_endian_bytes(value, size);
  return {result.rbegin(), result.rend()};
}

inline std::string png(std::uint32_t width, std::uint32_t height) {
  return std::string{"\x89PNG\r\n\x1a\n", 8} + big_endian_bytes(13, 4) + "IHDR" +
         big_endian_bytes(width, 4) + big_endian_bytes(height, 4) + std::string(9, '\0');
}

inline std::string gif(std::uint32_t width, std::uint32_t height) {
  return "GIF89a" + little_endian_bytes(width, 2) + little_endian_bytes(height, 2) +
         std::string(8, '\0');
}

/// With a segment of `skipped` bytes before the frame.
inline std::string jpeg(std::uint32_t width, std::uint32_t height, std::size_t skipped = 300) {
  const std::string segment(skipped, '\xC0');
  return "\xFF\xD8\xFF\xE1" + big_endian_bytes(static_cast<std::uint32_t>(skipped) + 2, 2) +
         segment + "\xFF\xFF\xC2" + big_endian_bytes(17, 2) + "\x08" + big_endian_bytes(height, 2) +
         big_endian_bytes(width, 2) + std::string(12, '\1');
}

inline std::string webp(std::string_view chunk, std::string_view payload) {
  return "RIFF" + little_endian_bytes(100, 4) + "WEBP" + std::string{chunk} +
         little_endian_bytes(20, 4) + std::string{payload} + std::string(12, '\0');
}

struct sent_part {
  std::string field;
  std::string filename;  ///< Empty: no file.
  std::string content;
};

inline constexpr std::string_view sample_boundary = "----vkxx7MA4YWxk";

inline std::string form_of(const std::vector<sent_part>& parts) {
  std::string body;
  for (const auto& part : parts) {
    body += "--" + std::string{sample_boundary} + "\r\nContent-Disposition: form-data; name=\"" +
            part.field + "\"";
    if (!part.filename.empty())
      body += "; filename=\"" + part.filename + "\"\r\nContent-Type: application/octet-stream";
    body += "\r\n\r\n" + part.content + "\r\n";
  }
  return body + "--" + std::string{sample_boundary} + "--\r\n";
}

}  // namespace vkxx::emulation
