#include "emulator/world/messages/conversation.hpp"

#include <algorithm>

namespace vkxx::emulation::detail {

std::size_t bytes_of(const message& entry) noexcept {
  auto bytes = entry.text.size();
  const auto* extra = entry.extra.get();
  if (extra == nullptr) return bytes;
  bytes += sizeof *extra + extra->attachments.size() + extra->geo.size() + extra->payload.size() +
           extra->keyboard.size() + extra->carousel.size() + extra->format.size() +
           extra->action.size() + extra->ref.size() + extra->ref_source.size();
  for (const auto& text : extra->former_texts) bytes += text.size();
  for (const auto& taken : extra->forwards) bytes += taken->bytes;
  if (extra->reply != nullptr) bytes += extra->reply->bytes;
  return bytes;
}

const message_copy* member_view::copy_of(std::uint32_t cmid) const noexcept {
  const auto* found = std::ranges::lower_bound(copies, cmid, {}, &message_copy::cmid);
  return found == copies.end() || found->cmid != cmid ? nullptr : found;
}

message_copy* member_view::copy_of(std::uint32_t cmid) noexcept {
  auto* found = std::ranges::lower_bound(copies, cmid, {}, &message_copy::cmid);
  return found == copies.end() || found->cmid != cmid ? nullptr : found;
}

const chat_member* chat_facts::find(std::int64_t member) const noexcept {
  const auto found = std::ranges::lower_bound(roster, member, {}, &chat_member::id);
  return found == roster.end() || found->id != member ? nullptr : &*found;
}

chat_member* chat_facts::find(std::int64_t member) noexcept {
  const auto found = std::ranges::lower_bound(roster, member, {}, &chat_member::id);
  return found == roster.end() || found->id != member ? nullptr : &*found;
}

const message* conversation::find(std::int64_t cmid) const noexcept {
  if (cmid < first_cmid || cmid > last_cmid()) return nullptr;
  return &messages[static_cast<std::size_t>(cmid - first_cmid)];
}

message* conversation::find(std::int64_t cmid) noexcept {
  if (cmid < first_cmid || cmid > last_cmid()) return nullptr;
  return &messages[static_cast<std::size_t>(cmid - first_cmid)];
}

const member_view* conversation::view_of(std::int64_t member) const noexcept {
  const auto found = std::ranges::lower_bound(views, member, {}, &member_view::member);
  return found == views.end() || found->member != member ? nullptr : &*found;
}

member_view* conversation::view_of(std::int64_t member) noexcept {
  const auto found = std::ranges::lower_bound(views, member, {}, &member_view::member);
  return found == views.end() || found->member != member ? nullptr : &*found;
}

const message* conversation::visible(const message_copy& copy) const noexcept {
  if (copy.deleted) return nullptr;
  const auto* found = find(copy.cmid);
  return found == nullptr || found->deleted ? nullptr : found;
}

bool conversation::is_member(std::int64_t member) const noexcept {
  if (!is_chat()) return member == first || member == second;
  const auto* entry = chat->find(member);
  return entry != nullptr && entry->state == member_state::in;
}

}  // namespace vkxx::emulation::detail
