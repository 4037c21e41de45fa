/// @file
/// What a post carries in addition to the post that it repeats.
#pragma once

#include <string>

#include "emulator/world/walls/wall_book.hpp"

namespace vkxx::emulation::detail {

/// The attachments without the post that a repost contains, which is shown as its history.
[[nodiscard]] std::string own_attachments(const wall_post& post);

}  // namespace vkxx::emulation::detail
