#include "emulator/world/messages/chat_mentions.hpp"

#include <algorithm>

namespace vkxx::emulation::detail {
namespace {

bool is_name_letter(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '_' || letter == '.';
}

// `name` behind `@`, `*` or `[`, and not as the beginning of a longer name.
bool mentions_name(std::string_view text, std::string_view name) {
  for (auto at = text.find_first_of("@*["); at != std::string_view::npos;
       at = text.find_first_of("@*[", at + 1)) {
    const auto rest = text.substr(at + 1);
    if (rest.starts_with(name) &&
        (rest.size() == name.size() || !is_name_letter(rest[name.size()])))
      return true;
  }
  return false;
}

}  // namespace

chat_mentions::chat_mentions(const message& entry, std::int64_t keyboard_author)
    : author_{entry.author},
      keyboard_author_{keyboard_author},
      for_all_{entry.is_service() || entry.text.starts_with('/')} {
  if (entry.extra != nullptr && entry.extra->reply != nullptr)
    reply_author_ = entry.extra->reply->author;
  const auto first = entry.text.find_first_of("@*[");
  if (first != std::string::npos) marks_ = entry.text.substr(first);
}

bool chat_mentions::concern(std::int64_t community, std::string_view screen_name) const {
  const auto member = -community;
  if (for_all_ || author_ == member || reply_author_ == member || keyboard_author_ == member)
    return true;
  if (marks_.empty()) return false;
  const auto number = std::to_string(community);
  return mentions_name(marks_, "club" + number) || mentions_name(marks_, "public" + number) ||
         (!screen_name.empty() && mentions_name(marks_, screen_name));
}

}  // namespace vkxx::emulation::detail
