/// @file
/// Small files of each kind: what the addresses in samples lead to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

struct sample_file {
  std::string_view content_type;
  std::string body;
};

/// The smallest file that programs of the kind take: silent sound, a video of nothing, a document
/// of one line. Nothing: the emulator has none with this extension.
[[nodiscard]] std::optional<sample_file> sample_file_of(std::string_view extension);
/// Its length, in bytes; 0 for unknown extensions.
[[nodiscard]] std::int64_t sample_file_size(std::string_view extension);

/// A PNG of one color, which depends on the name, with the number in the name's end.
/// @param width and `height` are cut to 1 to 2560.
[[nodiscard]] std::string sample_picture(std::string_view name, std::int64_t width,
                                         std::int64_t height);

}  // namespace vkxx::emulation::detail
