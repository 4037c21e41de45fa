/// @file
/// Pictures as PNG (RFC 2083).
#pragma once

#include <cstdint>
#include <string>

namespace vkxx::emulation::detail {

struct png_format {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  char bits = 8;         ///< Of a pixel.
  bool palette = false;  ///< Pixels are numbers in the palette, otherwise shades of grey.
};

/// @param rows each begins with its filter, 0, and ends with a whole byte.
/// @param palette three bytes for each color.
[[nodiscard]] std::string png_file(const png_format& format, const std::string& rows,
                                   const std::string& palette = {});

}  // namespace vkxx::emulation::detail
