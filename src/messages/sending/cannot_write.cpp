#include <vkxx/messages/cannot_write.hpp>

namespace vkxx {

std::string_view to_string(cannot_write value) noexcept {
  switch (value) {
    case cannot_write::blocked:
      return "one of the two has the other on the blacklist";
    case cannot_write::not_allowed:
      return "the user has not allowed the community to write";
    case cannot_write::privacy:
      return "the settings of the recipient forbid it";
    case cannot_write::no_access_to_chat:
      return "the sender is not in the chat, or has no rights there";
    case cannot_write::left_chat:
      return "the sender left the chat";
    case cannot_write::no_such_chat:
      return "there is no such chat";
    case cannot_write::chat_disabled:
      return "the chat is switched off";
    case cannot_write::chat_not_supported:
      return "the chat does not take it";
    case cannot_write::restricted_in_chat:
      return "the sender may not write in the chat";
    case cannot_write::intent_not_allowed:
      return "the recipient did not subscribe to such messages";
    case cannot_write::intent_limit:
      return "the recipient has got as many such messages as allowed";
    case cannot_write::recipient_not_found:
      return "the user is deleted, blocked by VK, or does not exist";
  }
  return "unknown";
}

std::optional<cannot_write> cannot_write_reason(const error& failure) noexcept {
  const auto code = failure.api_code();
  if (!code) return std::nullopt;
  switch (static_cast<int>(*code)) {
    case 900:
      return cannot_write::blocked;
    case 901:
      return cannot_write::not_allowed;
    case 902:
      return cannot_write::privacy;
    case 917:
      return cannot_write::no_access_to_chat;
    case 922:
      return cannot_write::left_chat;
    case 927:
      return cannot_write::no_such_chat;
    case 945:
      return cannot_write::chat_disabled;
    case 946:
      return cannot_write::chat_not_supported;
    case 983:
    case 1012:
      return cannot_write::restricted_in_chat;
    case 943:
      return cannot_write::intent_not_allowed;
    case 944:
      return cannot_write::intent_limit;
    case 18:
    case 113:
      return cannot_write::recipient_not_found;
    default:
      return std::nullopt;
  }
}

}  // namespace vkxx
