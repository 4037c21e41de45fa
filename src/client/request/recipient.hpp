// Whom a call addresses, as far as VK's quotas of similar actions (error 9) are concerned.
#pragma once

#include <cstdint>

#include <vkxx/core/parameters.hpp>

namespace vkxx::detail {

// A number that is equal for calls to the same recipient, however it is named: `peer_id`,
// `user_id`, `chat_id`, `domain`, and lists of one. Calls that name none share one number.
// Different recipients collide with a probability of 2^-64.
[[nodiscard]] std::uint64_t recipient_of(const parameters& values);

}  // namespace vkxx::detail
