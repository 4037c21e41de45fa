/// @file
/// What the addresses in samples lead to.
#pragma once

#include <string_view>

#include "emulator/http/answer.hpp"

namespace vkxx::emulation::detail {

inline constexpr std::string_view sample_prefix = "/sample/";

/// A small picture for a path that ends in `.png`, otherwise a page.
[[nodiscard]] answer sample_page(std::string_view path);

}  // namespace vkxx::emulation::detail
