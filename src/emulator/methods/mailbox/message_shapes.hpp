/// @file
/// Messages as VK's answers and events show them.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>

#include "emulator/methods/mailbox/messages_request.hpp"

namespace vkxx::emulation::detail {

/// A message in the mailbox of `seen.owner`.
/// @param preview_length 0: the whole text.
[[nodiscard]] boost::json::object message_object(const world& state, const seen_message& shown,
                                                 std::size_t preview_length = 0);
/// What was forwarded or replied to, as `owner` sees its source.
[[nodiscard]] boost::json::object foreign_object(const world& state, const message_snapshot& taken,
                                                 std::int64_t owner);
[[nodiscard]] boost::json::object pinned_object(const world& state, const seen_message& shown);
/// `{"reaction_id": 1, "count": 2, "user_ids": [1, 2]}` of each reaction, the newest last.
[[nodiscard]] boost::json::array reaction_counters(const message& entry);

}  // namespace vkxx::emulation::detail
