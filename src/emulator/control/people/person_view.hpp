/// @file
/// What a user sees of conversations and messages, in VK's shapes. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// Which messages of a conversation.
struct message_query {
  std::size_t count = 50;
  std::uint32_t before = 0;            ///< Only older ones; 0: the newest.
  std::vector<std::uint32_t> cmids{};  ///< Not empty: these.
};

/// `count`, `unread_count`, `items` with `conversation` and `last_message`, the newest first.
[[nodiscard]] boost::json::object conversations_seen(const world& state, std::int64_t person,
                                                     std::size_t count);
/// `conversation`, `items` (the oldest first) and, of a chat, `members`. A conversation that nobody
/// began has no items.
[[nodiscard]] boost::json::object messages_seen(const world& state, std::int64_t person,
                                                std::int64_t peer, const message_query& query);

}  // namespace vkxx::emulation::detail
