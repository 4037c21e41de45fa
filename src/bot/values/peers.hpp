// Kinds of conversations.
#pragma once

#include <vkxx/core/ids.hpp>

namespace vkxx::detail {

// https://dev.vk.com/api/bots/development/messages
[[nodiscard]] constexpr bool is_chat(peer_id peer) noexcept {
  return peer.value() > 2'000'000'000;
}

}  // namespace vkxx::detail
