/// @file
/// Which sources the program is made of.
#pragma once

#include <string_view>

namespace vkxx::emulation::detail {

/// A digest of all sources on which the changes of a world depend, in hexadecimal digits: programs
/// of one version that were built from different sources differ in it.
[[nodiscard]] std::string_view program_sources() noexcept;

}  // namespace vkxx::emulation::detail
