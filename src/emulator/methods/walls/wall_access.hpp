/// @file
/// Whose wall a call means, and what the caller may do there.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

/// The wall of `domain` or `owner_id`, else the caller's. @throws api_failure 100
[[nodiscard]] std::int64_t wall_owner(const method_call& request);
/// Whose wall it is, or who administers the community.
[[nodiscard]] bool keeps_wall(const method_call& request, std::int64_t owner);
/// @throws api_failure 15, 18, 30 unless the caller may read the wall
void check_wall_is_readable(const method_call& request, std::int64_t owner);
[[nodiscard]] bool can_read_wall(const method_call& request, std::int64_t owner);
/// @throws api_failure 214 unless the caller may write posts there
void check_wall_is_writable(const method_call& request, std::int64_t owner);

/// A published post of a readable wall; null if the caller sees no such post.
[[nodiscard]] const wall_post* visible_post(const method_call& request, std::int64_t owner,
                                            std::int64_t post);
/// A post that the caller may change. @throws api_failure 210
[[nodiscard]] const wall_post& own_post(const method_call& request, std::int64_t owner,
                                        std::int64_t post);
/// `-1_2` as owner and id; nothing for other texts. What follows a second `_` is ignored.
[[nodiscard]] std::optional<post_name> read_post_name(std::string_view text) noexcept;

/// @throws api_failure 100 for lists that are too long
[[nodiscard]] std::string checked_attachments(const method_call& request);

}  // namespace vkxx::emulation::detail
