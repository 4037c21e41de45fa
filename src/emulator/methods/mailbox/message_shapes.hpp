/// @file
/// Messages as VK's answers and events show them.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>

#include "emulator/methods/mailbox/messages_request.hpp"

namespace vkxx::emulation::detail {

/// A message in the mailbox of `seen.owner`.
/// @param base_url what the addresses of invented attachments begin with, here and below.
/// @param preview_length 0: the whole text.
[[nodiscard]] boost::json::object message_object(const world& state, const seen_message& shown,
                                                 std::string_view base_url,
                                                 std::size_t preview_length = 0);
/// What was forwarded or replied to, as `owner` sees its source.
[[nodiscard]] boost::json::object foreign_object(const world& state, const message_snapshot& taken,
                                                 std::int64_t owner, std::string_view base_url);
[[nodiscard]] boost::json::object pinned_object(const world& state, const seen_message& shown,
                                                std::string_view base_url);
/// `{"reaction_id": 1, "count": 2, "user_ids": [1, 2]}` of each reaction, the newest last.
[[nodiscard]] boost::json::array reaction_counters(const message& entry);

}  // namespace vkxx::emulation::detail
