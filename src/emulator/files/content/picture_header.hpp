/// @file
/// The size of a picture, read from its first bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

enum class picture_format { jpeg, png, gif, webp };

struct picture_header {
  picture_format format = picture_format::jpeg;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
};

/// `jpg`, `png`, `gif`, `webp`.
[[nodiscard]] std::string_view extension_of(picture_format format) noexcept;

/// Reads a stream of bytes, in pieces of any size, until the header is complete. Holds a few bytes
/// of it; a JPEG's segments before the header are skipped. Sizes of zero are no header.
class picture_reader {
 public:
  void feed(std::string_view bytes);
  [[nodiscard]] const std::optional<picture_header>& result() const noexcept { return result_; }

 private:
  enum class expects { magic, png, webp, marker, length, frame, nothing };

  void step();
  void read_magic();
  void read_webp();
  void read_marker();
  void read_length();
  void expect(expects part, std::size_t bytes);
  void found(picture_format format, std::uint32_t width, std::uint32_t height);

  expects next_ = expects::magic;
  std::string head_;
  std::size_t wanted_ = 12;
  std::size_t skipped_ = 0;  // Bytes still to be skipped.
  unsigned marker_ = 0;
  std::optional<picture_header> result_;
};

}  // namespace vkxx::emulation::detail
