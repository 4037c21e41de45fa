/// @file
/// What the addresses in samples lead to.
#pragma once

#include <string>
#include <string_view>

#include "emulator/http/answer.hpp"

namespace vkxx::emulation::detail {

inline constexpr std::string_view sample_prefix = "/sample/";

/// For a path that ends in `_75.png` or `_604x403.png`, a picture of that size; with the extension
/// of a sound, a video or a document, a small file of the kind; otherwise a page.
[[nodiscard]] answer sample_page(std::string_view path);

/// The address of a file of what has none of its own, without its extension.
/// @param base_url the emulator's address, as the caller sees it.
[[nodiscard]] std::string sample_address(std::string_view base_url, std::string_view kind,
                                         std::string_view name);

/// The address of a picture of what has none of its own: `user1` and `50`, `200_orig` or `795x200`.
/// Without a size, what the addresses of all its sizes begin with.
[[nodiscard]] std::string own_picture(std::string_view base_url, std::string_view name,
                                      std::string_view size);

}  // namespace vkxx::emulation::detail
