#include "emulator/files/content/picture_header.hpp"

#include <algorithm>

namespace vkxx::emulation::detail {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t png_header = 24;
constexpr std::size_t webp_header = 30;

std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i != size; ++i) value = (value << 8U) | byte_at(bytes, at + i);
  return value;
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i != 0; --i) value = (value << 8U) | byte_at(bytes, at + i - 1);
  return value;
}

// SOF0 to SOF15, without DHT, JPG and DAC, which stand between them.
bool is_frame(unsigned marker) {
  return marker >= 0xC0U && marker <= 0xCFU && marker != 0xC4U && marker != 0xC8U &&
         marker != 0xCCU;
}

bool has_no_length(unsigned marker) {
  return marker == 0x01U || (marker >= 0xD0U && marker <= 0xD8U);
}

bool ends_header(unsigned marker) {
  return marker == 0x00U || marker == 0xD9U || marker == 0xDAU;
}

}  // namespace

std::string_view extension_of(picture_format format) noexcept {
  switch (format) {
    case picture_format::jpeg:
      return "jpg";
    case picture_format::png:
      return "png";
    case picture_format::gif:
      return "gif";
    case picture_format::webp:
      return "webp";
  }
  return "";
}

void picture_reader::feed(std::string_view bytes) {
  while (!bytes.empty() && next_ != expects::nothing) {
    if (skipped_ != 0) {
      const auto size = std::min(skipped_, bytes.size());
      skipped_ -= size;
      bytes.remove_prefix(size);
      continue;
    }
    const auto size = std::min(wanted_ - head_.size(), bytes.size());
    head_ += bytes.substr(0, size);
    bytes.remove_prefix(size);
    if (head_.size() == wanted_) step();
  }
}

void picture_reader::expect(expects part, std::size_t bytes) {
  next_ = part;
  wanted_ = bytes;
}

void picture_reader::found(picture_format format, std::uint32_t width, std::uint32_t height) {
  next_ = expects::nothing;
  if (width != 0 && height != 0) result_ = picture_header{format, width, height};
}

void picture_reader::step() {
  switch (next_) {
    case expects::magic:
      return read_magic();
    case expects::png:
      if (head_.substr(12, 4) != "IHDR") return expect(expects::nothing, 0);
      return found(picture_format::png, big_endian(head_, 16, 4), big_endian(head_, 20, 4));
    case expects::webp:
      return read_webp();
    case expects::marker:
      return read_marker();
    case expects::length:
      return read_length();
    case expects::frame:
      return found(picture_format::jpeg, big_endian(head_, 3, 2), big_endian(head_, 1, 2));
    case expects::nothing:
      return;
  }
}

void picture_reader::read_magic() {
  if (head_.starts_with("\x89PNG\r\n\x1a\n"sv)) return expect(expects::png, png_header);
  if (head_.starts_with("GIF87a") || head_.starts_with("GIF89a"))
    return found(picture_format::gif, little_endian(head_, 6, 2), little_endian(head_, 8, 2));
  if (head_.starts_with("RIFF") && head_.ends_with("WEBP"))
    return expect(expects::webp, webp_header);
  if (!head_.starts_with("\xFF\xD8\xFF"sv)) return expect(expects::nothing, 0);
  const auto rest = head_.substr(2);
  head_.clear();
  expect(expects::marker, 2);
  feed(rest);
}

void picture_reader::read_webp() {
  const auto chunk = head_.substr(12, 4);
  constexpr std::uint32_t fourteen_bits = 0x3FFF;
  if (chunk == "VP8X")
    return found(picture_format::webp, little_endian(head_, 24, 3) + 1,
                 little_endian(head_, 27, 3) + 1);
  if (chunk == "VP8L" && byte_at(head_, 20) == 0x2FU) {
    const auto bits = little_endian(head_, 21, 4);
    return found(picture_format::webp, (bits & fourteen_bits) + 1,
                 ((bits >> 14U) & fourteen_bits) + 1);
  }
  if (chunk == "VP8 " && head_.substr(23, 3) == "\x9D\x01\x2A"sv)
    return found(picture_format::webp, little_endian(head_, 26, 2) & fourteen_bits,
                 little_endian(head_, 28, 2) & fourteen_bits);
  expect(expects::nothing, 0);
}

void picture_reader::read_marker() {
  marker_ = byte_at(head_, 1);
  if (byte_at(head_, 0) != 0xFFU || ends_header(marker_)) return expect(expects::nothing, 0);
  // Any number of 0xFF may precede a marker.
  if (marker_ == 0xFFU) {
    head_.resize(1);
    return;
  }
  head_.clear();
  if (!has_no_length(marker_)) expect(expects::length, 2);
}

void picture_reader::read_length() {
  const auto length = big_endian(head_, 0, 2);
  constexpr std::uint32_t least_frame = 7;
  if (length < 2 || (is_frame(marker_) && length < least_frame)) return expect(expects::nothing, 0);
  head_.clear();
  if (is_frame(marker_)) return expect(expects::frame, 5);
  skipped_ = length - 2;
  expect(expects::marker, 2);
}

}  // namespace vkxx::emulation::detail
