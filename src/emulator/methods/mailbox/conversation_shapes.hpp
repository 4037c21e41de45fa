/// @file
/// Conversations, chats and members as VK's answers show them.
#pragma once

#include <boost/json/object.hpp>

#include "emulator/methods/mailbox/messages_request.hpp"

namespace vkxx::emulation::detail {

[[nodiscard]] boost::json::object conversation_object(const method_call& request,
                                                      const seen_conversation& seen);
/// A private conversation that has not begun.
[[nodiscard]] boost::json::object empty_conversation(const method_call& request, std::int64_t owner,
                                                     std::int64_t peer);
[[nodiscard]] boost::json::object chat_settings_object(const method_call& request,
                                                       const seen_conversation& seen);
/// As `messages.getChat` shows it; `users` are ids.
[[nodiscard]] boost::json::object chat_object(const method_call& request,
                                              const seen_conversation& seen);
/// The answer of `messages.setChatPhoto`, after the change.
/// @param photo the address of the picture.
boost::json::value set_chat_photo(const method_call& request, std::int64_t chat, std::string photo);
[[nodiscard]] boost::json::object member_object(const seen_conversation& seen,
                                                const chat_member& member);
[[nodiscard]] boost::json::object chat_restrictions(const chat_facts& chat);
[[nodiscard]] boost::json::object chat_photo(const method_call& request, const chat_facts& chat);

}  // namespace vkxx::emulation::detail
