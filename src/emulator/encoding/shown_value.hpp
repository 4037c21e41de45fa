/// @file
/// Values of parameters in records.
#pragma once

#include <string_view>

namespace vkxx::emulation::detail {

/// The first 64 KiB of a value, because shown values are searched for secrets. The last word is
/// left out if it is cut, because half a secret would not be recognized.
[[nodiscard]] std::string_view front_of(std::string_view value) noexcept;

}  // namespace vkxx::emulation::detail
