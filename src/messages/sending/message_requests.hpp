// The calls that a message becomes. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <vkxx/client/request.hpp>
#include <vkxx/core/error.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/messages/sent_message.hpp>

namespace vkxx::detail {

// Why it cannot be sent, in words; nothing: it can. `answered`: the place where it is to be sent.
[[nodiscard]] std::optional<error> refusal_of(const outgoing& message, std::string_view action);

// The names of the attachments for files that are not uploaded: the same in each run.
[[nodiscard]] std::vector<std::string> names_of_attachments(const outgoing& message);

// Calls of `messages.send`, one for each part, without receivers and without `random_id`.
// `peer`: of a reply; `attachments`: their names, those of the uploaded files included.
[[nodiscard]] std::vector<request> send_requests(std::optional<peer_id> peer,
                                                 const outgoing& message,
                                                 const std::vector<std::string>& attachments);

// A call of `messages.edit`.
[[nodiscard]] request edit_request(const sent_message& target, const outgoing& message,
                                   const std::vector<std::string>& attachments);

// How many calls `send_requests` gives, at least 1.
[[nodiscard]] std::size_t count_of_parts(const outgoing& message);
// Whether the text has several parts.
[[nodiscard]] bool has_parts(const outgoing& message);

}  // namespace vkxx::detail
