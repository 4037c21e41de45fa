/// @file
/// What the parameters of `messages.*` name: the acting member, peers, conversations, messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

/// No list is longer.
inline constexpr std::int64_t farthest_offset = 1'000'000'000;

/// A conversation as its member sees it.
struct seen_conversation {
  std::int64_t owner = 0;
  const conversation* where = nullptr;
  const member_view* view = nullptr;
};

struct seen_message {
  seen_conversation seen;
  const message* entry = nullptr;
  const message_copy* copy = nullptr;
};

/// The caller, or the community of `group_id` that the user administers. @throws api_failure 15
[[nodiscard]] std::int64_t acting_member(const method_call& request);
/// `peer_id`, `user_id`, `chat_id` or `domain`. @throws api_failure 100, 113
[[nodiscard]] std::int64_t peer_of(const method_call& request);
/// The elements of a list of numbers. @throws api_failure 100
[[nodiscard]] std::vector<std::int64_t> numbers_of(const method_call& request,
                                                   std::string_view name, std::size_t most = 1000);
/// The first of two lists that is given: parameters that VK has renamed.
[[nodiscard]] std::vector<std::int64_t> numbers_of(const method_call& request,
                                                   std::string_view name, std::string_view former,
                                                   std::size_t most);

/// Null in `where`: no conversation with this peer has begun.
/// @throws api_failure 917 for a chat that the owner does not see
[[nodiscard]] seen_conversation conversation_at(const method_call& request, std::int64_t owner,
                                                std::int64_t peer);
/// A conversation that exists. @throws api_failure 100, 917
[[nodiscard]] seen_conversation existing_at(const method_call& request, std::int64_t owner,
                                            std::int64_t peer);
/// The chat of `chat_id`. @throws api_failure 917
[[nodiscard]] seen_conversation chat_at(const method_call& request, std::int64_t owner,
                                        std::int64_t chat_id);
[[nodiscard]] seen_conversation seen_by(const conversation& where, std::int64_t owner) noexcept;
/// Whether a community sees only what concerns it there: then it gets no lists.
[[nodiscard]] bool is_half_blind(const seen_conversation& seen) noexcept;

/// A visible message by its id, or by its cmid; nothing if there is none.
[[nodiscard]] std::optional<seen_message> message_by_id(const method_call& request,
                                                        std::int64_t owner, std::int64_t id);
[[nodiscard]] std::optional<seen_message> message_by_cmid(const seen_conversation& seen,
                                                          std::int64_t cmid);
/// The message of `message_id`, or of `peer_id` with `cmid`; deleted ones too.
/// @throws api_failure 100
[[nodiscard]] message_place place_of(const method_call& request, std::int64_t owner);

}  // namespace vkxx::emulation::detail
