/// @file
/// Up to where a reader of the feed has read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

/// Written as `EPOCH.EVENT.REQUEST`; any other text is the beginning.
struct feed_position {
  std::int64_t epoch = 0;  ///< Changes when the world is reset.
  std::uint64_t event = 0;
  std::uint64_t request = 0;
};

[[nodiscard]] feed_position read_feed_position(std::string_view text) noexcept;
[[nodiscard]] std::string to_string(const feed_position& position);

}  // namespace vkxx::emulation::detail
