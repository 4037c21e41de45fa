/// @file
/// What the addresses in samples lead to.
#pragma once

#include <string>
#include <string_view>

#include "emulator/http/answer.hpp"

namespace vkxx::emulation::detail {

inline constexpr std::string_view sample_prefix = "/sample/";

/// A small picture for a path that ends in `.png`, otherwise a page.
[[nodiscard]] answer sample_page(std::string_view path);

/// The address of a picture of what has none of its own: `user1` and `50`. Without a size, what the
/// addresses of all its sizes begin with.
/// @param base_url the emulator's address, as the caller sees it.
[[nodiscard]] std::string own_picture(std::string_view base_url, std::string_view name,
                                      std::string_view size);

}  // namespace vkxx::emulation::detail
