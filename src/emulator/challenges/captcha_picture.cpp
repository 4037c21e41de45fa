#include "emulator/challenges/captcha_picture.hpp"

#include <cstdint>
#include <vector>

#include "emulator/encoding/digit_glyphs.hpp"
#include "emulator/encoding/png.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr int scale = 4;

class picture {
 public:
  picture() : pixels_(static_cast<std::size_t>(captcha_width) * captcha_height, 0xF0) {}

  void draw(const digit_glyph& shape, int left, int top) {
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
    return png_file({captcha_width, captcha_height}, rows);
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
      result.draw(digit_glyphs[static_cast<std::size_t>(text[i] - '0')], left, i % 2 == 0 ? 6 : 14);
    left += (glyph_width + 1) * scale + 1;
  }
  result.strike();
  return result.png();
}

}  // namespace vkxx::emulation::detail
