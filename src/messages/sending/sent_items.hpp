// What VK says of each receiver.
#pragma once

#include <vector>

#include <vkxx/client/reply.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/messages/sent_message.hpp>

namespace vkxx::detail {

// The outcome for each of the peers, in their order, from the answer to a call with `peer_ids`. A
// peer that the answer does not mention has `errc::unexpected_type`, with the effect `unknown`.
[[nodiscard]] std::vector<result<sent_message>> sent_items(const reply& answer,
                                                           const std::vector<peer_id>& peers);

}  // namespace vkxx::detail
