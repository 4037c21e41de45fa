/// @file
/// Numbers of user long poll.
#pragma once

#include <cstdint>

namespace vkxx::emulation::detail {

/// Bits of a message's flags.
namespace line_flags {
inline constexpr std::int64_t unread = 1;
inline constexpr std::int64_t outgoing = 2;
inline constexpr std::int64_t important = 8;
inline constexpr std::int64_t spam = 64;
inline constexpr std::int64_t deleted = 128;
inline constexpr std::int64_t media = 512;
inline constexpr std::int64_t listened = 4096;
inline constexpr std::int64_t in_chat = 8192;
inline constexpr std::int64_t deleted_for_all = 131'072;
inline constexpr std::int64_t silent = std::int64_t{1} << 20U;
inline constexpr std::int64_t reply = std::int64_t{1} << 21U;
inline constexpr std::int64_t has_reactions = std::int64_t{1} << 24U;
}  // namespace line_flags

/// Types of event 52.
namespace chat_info_type {
inline constexpr std::int64_t title = 1;
inline constexpr std::int64_t photo = 2;
inline constexpr std::int64_t admin = 3;
inline constexpr std::int64_t pinned = 5;
inline constexpr std::int64_t joined = 6;
inline constexpr std::int64_t left = 7;
inline constexpr std::int64_t kicked = 8;
inline constexpr std::int64_t no_admin = 9;
inline constexpr std::int64_t keyboard = 11;
}  // namespace chat_info_type

/// Bits of `mode`.
namespace poll_mode {
inline constexpr std::int64_t attachments = 2;
inline constexpr std::int64_t extended = 8;
inline constexpr std::int64_t pts = 32;
inline constexpr std::int64_t random_id = 128;
}  // namespace poll_mode

}  // namespace vkxx::emulation::detail
