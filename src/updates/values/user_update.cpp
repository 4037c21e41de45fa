#include <vkxx/updates/user_update.hpp>

#include <array>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include "updates/values/checked_json.hpp"

namespace vkxx {

using namespace detail;

namespace {

constexpr std::int64_t first_chat = 2'000'000'000;

// Version 19 numbers messages within their conversation.
bool numbers_by_conversation(std::int64_t code) noexcept {
  return code == 10002 || code == 10003 || code == 10004 || code == 10005 || code == 10018;
}

// Nothing for a number that no chat can have.
std::optional<std::int64_t> peer_of_chat(std::optional<std::int64_t> chat) noexcept {
  if (!chat || *chat < 0 || *chat > first_chat) return std::nullopt;
  return first_chat + *chat;
}

bool is_activity(std::int64_t code) noexcept {
  return code >= 63 && code <= 68;
}

std::string decoded_html(std::string text) {
  // The last one must not make an entity of what follows it.
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> entities{
      {{"<br>", "\n"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&amp;", "&"}}};
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view rest = std::string_view{text}.substr(at);
    bool found = false;
    if (rest.front() == '<' || rest.front() == '&') {
      for (const auto& [entity, meaning] : entities) {
        if (!rest.starts_with(entity)) continue;
        decoded += meaning;
        at += entity.size();
        found = true;
        break;
      }
    }
    if (!found) decoded += text[at++];
  }
  return decoded;
}

}  // namespace

user_update::user_update(update content)
    : content_{std::move(content)}, elements_{json_elements(content_.raw())} {}

std::optional<user_update> user_update::from(const update& content) {
  if (content.origin() != update_origin::user_long_poll) return std::nullopt;
  user_update view{content};
  const auto code = view.number(0);
  if (!code) return std::nullopt;
  view.code_ = *code;
  return view;
}

std::string_view user_update::element(std::size_t place) const noexcept {
  return place < elements_.size() ? elements_[place] : std::string_view{};
}

std::optional<std::int64_t> user_update::number(std::size_t place) const {
  return integer_text(element(place));
}

bool user_update::is_new_message() const noexcept {
  return code_ == 4 || code_ == 10004;
}

bool user_update::is_edit() const noexcept {
  return code_ == 5 || code_ == 10005 || code_ == 10018;
}

std::size_t user_update::message_part() const noexcept {
  // `minor_id` comes before it. Without it the array is short: of a deleted message, or of the
  // history.
  if (code_ == 10004) return elements_.size() > 4 ? 4 : 0;
  const bool of_message = (code_ >= 1 && code_ <= 5) || numbers_by_conversation(code_);
  return of_message ? 3 : 0;
}

std::optional<message_id> user_update::message() const {
  if (code_ >= 1 && code_ <= 5) {
    if (const auto id = number(1)) return message_id{*id};
    return std::nullopt;
  }
  if (code_ == 10019) {
    if (const auto id = number(1)) return message_id{*id};
    return std::nullopt;
  }
  const auto part = message_part();
  if (part != 0 && numbers_by_conversation(code_)) {
    if (const auto id = number(part + 6)) return message_id{*id};
  }
  if (const auto id = integer_text(json_part(content_.details(), "id"))) return message_id{*id};
  return std::nullopt;
}

std::optional<cmid> user_update::cmid() const {
  std::optional<std::int64_t> found;
  if (numbers_by_conversation(code_)) {
    found = number(1);
  } else if (code_ == 10006 || code_ == 10007 || code_ == 10013) {
    found = number(2);
  } else if (code_ == 601) {
    found = number(3);
  } else {
    found = integer_text(json_part(content_.details(), "conversation_message_id"));
  }
  if (found) return vkxx::cmid{*found};
  return std::nullopt;
}

std::optional<std::int64_t> user_update::flags() const {
  const bool flagged =
      (code_ >= 1 && code_ <= 5) || (code_ >= 10 && code_ <= 12) || numbers_by_conversation(code_);
  return flagged ? number(2) : std::nullopt;
}

bool user_update::has(message_flag flag) const {
  const bool of_conversation = code_ >= 10 && code_ <= 12;
  return !of_conversation && (flags().value_or(0) & static_cast<std::int64_t>(flag)) != 0;
}

std::optional<peer_id> user_update::peer() const {
  std::optional<std::int64_t> found;
  if (const auto part = message_part(); part != 0) {
    found = number(part);
  } else if (is_activity(code_)) {
    found = number(element(1).starts_with('[') ? 2 : 1);
  } else {
    switch (code_) {
      case 6:
      case 7:
      case 10:
      case 11:
      case 12:
      case 13:
      case 14:
      case 20:
      case 21:
      case 61:
      case 602:
      case 10006:
      case 10007:
      case 10013:
        found = number(1);
        break;
      case 52:
      case 91:
      case 601:
        found = number(2);
        break;
      case 51:
        found = peer_of_chat(number(1));
        break;
      case 62:
        found = peer_of_chat(number(2));
        break;
      default:
        break;
    }
  }
  if (!found) found = integer_text(json_part(content_.details(), "peer_id"));
  if (found) return peer_id{*found};
  return std::nullopt;
}

std::vector<user_id> user_update::users() const {
  std::vector<user_id> found;
  if (is_activity(code_)) {
    for (const auto item : json_elements(element(element(1).starts_with('[') ? 1 : 2)))
      if (const auto id = integer_text(item)) found.emplace_back(*id);
  } else if (code_ == 61 || code_ == 62 || code_ == 70) {
    if (const auto id = number(1)) found.emplace_back(*id);
  } else if (code_ == 8 || code_ == 9 || code_ == 81) {
    // Negative there.
    if (const auto id = number(1)) found.emplace_back(*id < 0 && *id > -first_chat ? -*id : *id);
  }
  return found;
}

std::optional<std::int64_t> user_update::timestamp() const {
  const auto part = message_part();
  if (part != 0)
    if (const auto time = number(part + 1)) return time;
  return integer_text(json_part(content_.details(), "date"));
}

std::optional<std::string> user_update::text() const {
  const auto part = message_part();
  const auto written = part == 0 ? std::string_view{} : element(part + 2);
  if (written.starts_with('"')) return decoded_html(json_string_value(written));
  const auto of_history = json_part(content_.details(), "text");
  if (of_history.starts_with('"')) return json_string_value(of_history);
  return std::nullopt;
}

std::string_view user_update::additional() const noexcept {
  const auto part = message_part();
  return part == 0 ? std::string_view{} : element(part + 3);
}

std::string_view user_update::attachments() const noexcept {
  const auto part = message_part();
  return part == 0 ? std::string_view{} : element(part + 4);
}

std::optional<std::int64_t> user_update::random_id() const {
  const auto part = message_part();
  if (part != 0)
    if (const auto id = number(part + 5)) return id;
  return integer_text(json_part(content_.details(), "random_id"));
}

}  // namespace vkxx
