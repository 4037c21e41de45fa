#include "emulator/challenges/captcha_picture.hpp"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <vector>

namespace vkxx::emulation::detail {
namespace {

constexpr int glyph_width = 5;
constexpr int glyph_height = 7;
constexpr int scale = 4;

using glyph = std::array<std::uint8_t, glyph_height>;

// Rows from the top, five bits each.
constexpr std::array<glyph, 10> digits{{
    {0x0E, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0E},
    {0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E},
    {0x0E, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1F},
    {0x1F, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0E},
    {0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02},
    {0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E},
    {0x06, 0x08, 0x10, 0x1E, 0x11, 0x11, 0x0E},
    {0x1F, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08},
    {0x0E, 0x11, 0x11, 0x0E, 0x11, 0x11, 0x0E},
    {0x0E, 0x11, 0x11, 0x0F, 0x01, 0x02, 0x0C},
}};

void append_number(std::string& out, std::uint32_t number) {
  for (unsigned shift = 32; shift != 0;) {
    shift -= 8;
    out += static_cast<char>((number >> shift) & 0xFFU);
  }
}

void append_chunk(std::string& out, const std::string& type, const std::string& data) {
  append_number(out, static_cast<std::uint32_t>(data.size()));
  const auto content = type + data;
  out += content;
  append_number(out,
                static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(content.data()),
                                                 static_cast<uInt>(content.size()))));
}

class picture {
 public:
  picture() : pixels_(static_cast<std::size_t>(captcha_width) * captcha_height, 0xF0) {}

  void draw(const glyph& shape, int left, int top) {
    for (int y = 0; y < glyph_height * scale; ++y)
      for (int x = 0; x < glyph_width * scale; ++x) {
        const auto row = shape[static_cast<std::size_t>(y / scale)];
        const auto bit = static_cast<unsigned>(glyph_width - 1 - x / scale);
        if (((row >> bit) & 1U) != 0) put(left + x, top + y, 0x20);
      }
  }

  // A wave through the digits, thin enough to leave them readable.
  void strike() {
    for (int x = 0; x < captcha_width; ++x) put(x, captcha_height / 2 + (x / 6) % 5 - 2, 0x80);
  }

  [[nodiscard]] std::string png() const {
    std::string rows;
    for (int y = 0; y < captcha_height; ++y) {
      rows += '\0';  // No filter.
      rows.append(reinterpret_cast<const char*>(&pixels_[at(0, y)]), captcha_width);
    }
    std::string packed(compressBound(static_cast<uLong>(rows.size())), '\0');
    auto size = static_cast<uLongf>(packed.size());
    ::compress(reinterpret_cast<Bytef*>(packed.data()), &size,
               reinterpret_cast<const Bytef*>(rows.data()), static_cast<uLong>(rows.size()));
    packed.resize(size);
    std::string header;
    append_number(header, captcha_width);
    append_number(header, captcha_height);
    header += std::string{"\x08\x00\x00\x00\x00", 5};  // 8 bits of grey, not interlaced.
    std::string result = "\x89PNG\r\n\x1a\n";
    append_chunk(result, "IHDR", header);
    append_chunk(result, "IDAT", packed);
    append_chunk(result, "IEND", {});
    return result;
  }

 private:
  static std::size_t at(int x, int y) {
    return static_cast<std::size_t>(y) * captcha_width + static_cast<std::size_t>(x);
  }
  void put(int x, int y, std::uint8_t grey) {
    if (x >= 0 && x < captcha_width && y >= 0 && y < captcha_height) pixels_[at(x, y)] = grey;
  }

  std::vector<std::uint8_t> pixels_;
};

}  // namespace

std::string captcha_png(std::string_view text) {
  picture result;
  int left = 4;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] >= '0' && text[i] <= '9')
      result.draw(digits[static_cast<std::size_t>(text[i] - '0')], left, i % 2 == 0 ? 6 : 14);
    left += (glyph_width + 1) * scale + 1;
  }
  result.strike();
  return result.png();
}

}  // namespace vkxx::emulation::detail
