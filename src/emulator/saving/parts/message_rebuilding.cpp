#include "emulator/saving/parts/message_rebuilding.hpp"

#include <algorithm>

#include "emulator/api/api_failure.hpp"
#include "emulator/world/content/keyboard.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::uint32_t largest_cmid = 1'000'000'000;

bool is_known_keyboard(const std::string& text, bool carousel) {
  try {
    if (carousel)
      static_cast<void>(check_carousel(text, false));
    else
      static_cast<void>(check_keyboard(text, 1, false));
    return true;
  } catch (const api_failure&) {
    return false;
  }
}

template <class List, class Projection>
bool ascends(const List& list, Projection key) {
  return std::ranges::adjacent_find(list, std::greater_equal{}, key) == list.end();
}

}  // namespace

void message_rebuilding::refuse(std::string_view reason, conversation_id where) const {
  const snapshot_place list{&from_.place(), "conversations"};
  refuse_at(snapshot_place{&list, {}, where}, reason);
}

void message_rebuilding::refuse_all(std::string_view reason) const {
  from_.refuse("conversations", reason);
}

void message_rebuilding::check_member(const conversation& where, std::int64_t member,
                                      std::string_view part) const {
  if (!state_.exists(member))
    refuse("has " + std::string{part} + " " + std::to_string(member) + ", who does not exist",
           where.id);
}

void message_rebuilding::check_chat(const conversation& where) const {
  const auto& chat = *where.chat;
  if (!ascends(chat.roster, &chat_member::id))
    refuse("has a roster that does not ascend", where.id);
  check_member(where, chat.owner, "the owner");
  const bool seen =
      std::ranges::equal(chat.roster, where.views, {}, &chat_member::id, &member_view::member);
  if (!seen) refuse("has a roster that differs from its views", where.id);
}

void message_rebuilding::check_extra(const conversation& where, const message& entry) const {
  const auto& extra = *entry.extra;
  if (!extra.keyboard.empty() && !is_known_keyboard(extra.keyboard, false))
    refuse("has a message with a wrong keyboard", where.id);
  if (!extra.carousel.empty() && !is_known_keyboard(extra.carousel, true))
    refuse("has a message with a wrong template", where.id);
  if (extra.inline_keyboard && extra.keyboard.empty())
    refuse("has a message with an inline keyboard that is missing", where.id);
  for (const auto& each : extra.reactions) check_member(where, each.member, "a reaction of");
}

void message_rebuilding::check_message(const conversation& where, const message& entry) const {
  check_member(where, entry.author, "a message of");
  if (entry.extra != nullptr) check_extra(where, entry);
}

void message_rebuilding::check_view(const conversation& where, const member_view& view) const {
  check_member(where, view.member, "a view of");
  if (!ascends(view.copies, &message_copy::cmid))
    refuse("has copies whose cmids do not ascend", where.id);
  const bool numbered = !where.is_chat() || view.member > 0;
  std::uint32_t newest = 0;
  for (const auto& copy : view.copies) {
    if (where.find(copy.cmid) == nullptr) refuse("has a copy of no message", where.id);
    if (numbered ? copy.id <= newest : copy.id != 0)
      refuse("has copies whose ids do not ascend", where.id);
    newest = copy.id;
  }
  if (view.last_incoming > where.last_cmid() || view.in_read > view.last_incoming)
    refuse("has a view that has read what was not written", where.id);
}

void message_rebuilding::check(conversation& where) const {
  if (where.first_cmid == 0 || where.first_cmid > largest_cmid)
    refuse("has a first_cmid out of range", where.id);
  if (!ascends(where.views, &member_view::member))
    refuse("has views whose members do not ascend", where.id);
  if (where.is_chat()) {
    check_chat(where);
  } else {
    const bool alone = where.first == where.second;
    const bool fits = where.first <= where.second && where.views.size() == (alone ? 1U : 2U) &&
                      where.views.front().member == where.first &&
                      where.views.back().member == where.second;
    if (!fits) refuse("has other views than first and second", where.id);
  }
  for (const auto& entry : where.messages) check_message(where, entry);
  for (const auto& view : where.views) check_view(where, view);
  for (const auto& shown : where.keyboards) {
    check_member(where, shown.author, "a keyboard of");
    if (!is_known_keyboard(shown.json, false)) refuse("has a wrong keyboard", where.id);
  }
  for (const auto& each : where.typing) check_member(where, each.member, "typing of");
}

}  // namespace vkxx::emulation::detail
