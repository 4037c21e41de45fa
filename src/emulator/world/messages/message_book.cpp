#include "emulator/world/messages/message_book.hpp"

#include <algorithm>

namespace vkxx::emulation::detail {
namespace {

std::uint64_t mixed_key(std::uint64_t value) noexcept {
  value ^= value >> 33U;
  value *= 0xff51afd7ed558ccdU;
  value ^= value >> 33U;
  value *= 0xc4ceb9fe1a85ec53U;
  return value ^ (value >> 33U);
}

std::pair<std::int64_t, std::int64_t> pair_key(std::int64_t one_side, std::int64_t other) noexcept {
  return {std::min(one_side, other), std::max(one_side, other)};
}

}  // namespace

std::size_t message_book::key_hash::operator()(const random_key& key) const noexcept {
  const auto tail = (static_cast<std::uint64_t>(key.conversation) << 32U) |
                    static_cast<std::uint32_t>(key.random_id);
  return mixed_key(static_cast<std::uint64_t>(key.author) * 31U ^ mixed_key(tail));
}

std::size_t message_book::key_hash::operator()(
    const std::pair<std::int64_t, std::int64_t>& key) const noexcept {
  return mixed_key(static_cast<std::uint64_t>(key.first) * 31U ^
                   mixed_key(static_cast<std::uint64_t>(key.second)));
}

message_book::message_book(const world_settings& settings) : settings_{settings} {}

const conversation* message_book::find(conversation_id id) const noexcept {
  return id < conversations_.size() ? &conversations_[id] : nullptr;
}

const conversation* message_book::find_private(std::int64_t member, std::int64_t other) const {
  const auto found = private_.find(pair_key(member, other));
  return found == private_.end() ? nullptr : &conversations_[found->second];
}

const conversation* message_book::at_peer(std::int64_t owner, std::int64_t peer) const {
  if (peer <= first_chat_peer) return find_private(owner, peer);
  const auto* own = box(owner);
  const auto number = static_cast<std::uint64_t>(peer - first_chat_peer);
  if (own == nullptr || number > own->chats.size()) return nullptr;
  return &conversations_[own->chats[number - 1]];
}

std::int64_t message_book::peer_of(const conversation& where, std::int64_t owner) const noexcept {
  if (!where.is_chat()) return where.other(owner);
  const auto* view = where.view_of(owner);
  return view == nullptr ? 0 : first_chat_peer + view->chat_number;
}

const mailbox* message_book::box(std::int64_t owner) const noexcept {
  const auto found = boxes_.find(owner);
  return found == boxes_.end() ? nullptr : &found->second;
}

std::optional<message_place> message_book::by_id(std::int64_t owner, std::int64_t id) const {
  const auto* own = box(owner);
  if (own == nullptr || id < own->first_id || id >= own->next_id()) return std::nullopt;
  const auto place = own->copies[static_cast<std::size_t>(id - own->first_id)];
  return place.conversation == no_conversation ? std::nullopt : std::optional{place};
}

std::int64_t message_book::id_of(const conversation& where, std::int64_t owner,
                                 std::uint32_t cmid) const noexcept {
  const auto* view = where.view_of(owner);
  const auto* copy = view == nullptr ? nullptr : view->copy_of(cmid);
  return copy == nullptr ? 0 : copy->id;
}

const permission* message_book::permission_of(std::int64_t user, std::int64_t community) const {
  const auto found = permissions_.find({community, user});
  return found == permissions_.end() ? nullptr : &found->second;
}

permission& message_book::editable_permission(std::int64_t user, std::int64_t community) {
  return permissions_[{community, user}];
}

const std::set<std::int64_t>* message_book::blacklist(std::int64_t member) const {
  const auto found = blacklists_.find(member);
  return found == blacklists_.end() ? nullptr : &found->second;
}

bool message_book::blocks(std::int64_t member, std::int64_t other) const {
  const auto* list = blacklist(member);
  return list != nullptr && list->contains(other);
}

bool message_book::set_blocked(std::int64_t member, std::int64_t other, bool on) {
  auto& list = blacklists_[member];
  return on ? list.insert(other).second : list.erase(other) > 0;
}

const pending_press* message_book::find_press(std::string_view event_id) const {
  const auto found = std::ranges::find(
      presses_, event_id, [](const auto& entry) { return std::string_view{entry.first}; });
  return found == presses_.end() ? nullptr : &found->second;
}

void message_book::add_press(std::string event_id, pending_press press) {
  presses_.emplace_back(std::move(event_id), press);
}

void message_book::remove_press(std::string_view event_id) {
  std::erase_if(presses_, [event_id](const auto& entry) { return entry.first == event_id; });
}

const std::pair<std::string, pending_press>* message_book::oldest_press() const noexcept {
  return presses_.empty() ? nullptr : &presses_.front();
}

const conversation* message_book::by_invite_link(std::string_view link) const {
  const auto found = invite_links_.find(link);
  return found == invite_links_.end() ? nullptr : &conversations_[found->second];
}

void message_book::set_invite_link(conversation& chat, std::string link) {
  invite_links_.erase(chat.chat->invite_link);
  chat.chat->invite_link = link;
  invite_links_[std::move(link)] = chat.id;
}

std::uint32_t message_book::by_random_id(std::int64_t author, conversation_id where,
                                         std::int32_t random_id) const {
  const auto found = random_ids_.find({author, where, random_id});
  return found == random_ids_.end() ? 0 : found->second;
}

mailbox& message_book::box_for(std::int64_t owner) {
  auto& own = boxes_[owner];
  own.owner = owner;
  return own;
}

void message_book::add_view(conversation& where, std::int64_t member) {
  const auto at = std::ranges::lower_bound(where.views, member, {}, &member_view::member);
  member_view view;
  view.member = member;
  auto& own = box_for(member);
  if (where.is_chat()) {
    own.chats.push_back(where.id);
    view.chat_number = static_cast<std::uint32_t>(own.chats.size());
  }
  own.order.insert({0, 0, where.id});
  where.views.insert(at, std::move(view));
}

conversation& message_book::open_private(std::int64_t member, std::int64_t other) {
  const auto key = pair_key(member, other);
  const auto [at, fresh] =
      private_.try_emplace(key, static_cast<conversation_id>(conversations_.size()));
  if (!fresh) return conversations_[at->second];
  auto& opened = conversations_.emplace_back();
  opened.id = at->second;
  opened.first = key.first;
  opened.second = key.second;
  opened.views.reserve(2);
  add_view(opened, key.first);
  if (key.second != key.first) add_view(opened, key.second);
  return opened;
}

conversation& message_book::open_chat(chat_facts facts) {
  auto& opened = conversations_.emplace_back();
  opened.id = static_cast<conversation_id>(conversations_.size() - 1);
  opened.chat = std::make_unique<chat_facts>(std::move(facts));
  if (!opened.chat->invite_link.empty()) set_invite_link(opened, opened.chat->invite_link);
  return opened;
}

chat_member& message_book::join(conversation& chat, chat_member entry) {
  auto& facts = *chat.chat;
  const auto at = std::ranges::lower_bound(facts.roster, entry.id, {}, &chat_member::id);
  const bool known = at != facts.roster.end() && at->id == entry.id;
  if (!known) add_view(chat, entry.id);
  if (!known || at->state != member_state::in) ++facts.members;
  if (!known) return *facts.roster.insert(at, entry);
  at->state = member_state::in;
  at->invited_by = entry.invited_by;
  at->joined = entry.joined;
  return *at;
}

void message_book::leave(conversation& chat, chat_member& member, member_state state) {
  if (member.state == member_state::in) --chat.chat->members;
  member.state = state;
  member.admin = false;
}

}  // namespace vkxx::emulation::detail
