/// @file
/// A conversation, and what each of its members sees of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/world/messages/message.hpp"
#include "emulator/world/messages/sliding_list.hpp"

namespace vkxx::emulation::detail {

/// The peer id of a chat is this and the chat's number in the account of its member.
inline constexpr std::int64_t first_chat_peer = 2'000'000'000;

/// A member's copy of a message.
struct message_copy {
  std::uint32_t cmid = 0;
  std::uint32_t id = 0;  ///< In the mailbox of the member; 0: communities in chats have none.
  bool important = false;
  bool deleted = false;  ///< For this member only.
  bool spam = false;
  bool listened = false;
};

/// What a member sees of a conversation.
struct member_view {
  std::int64_t member = 0;
  std::uint32_t chat_number = 0;    ///< Of the member's own count, from 1.
  std::uint32_t in_read = 0;        ///< The newest cmid of others that the member has read.
  std::uint32_t last_incoming = 0;  ///< The newest cmid of others.
  std::uint32_t unread = 0;
  std::uint32_t visible = 0;       ///< The number of visible copies.
  std::uint32_t last_visible = 0;  ///< The newest visible cmid; 0: none.
  std::uint64_t sort_order = 0;    ///< The order in the world of that message.
  std::int32_t major = 0;
  bool important = false;
  bool unanswered = false;
  bool marked_unread = false;
  bool archived = false;
  std::int64_t silent_until = 0;      ///< No notifications until then; -1: for ever.
  sliding_list<message_copy> copies;  ///< Ascending in cmid and id.

  /// Null if the member has no copy.
  [[nodiscard]] const message_copy* copy_of(std::uint32_t cmid) const noexcept;
  [[nodiscard]] message_copy* copy_of(std::uint32_t cmid) noexcept;
};

enum class member_state : std::uint8_t { in, left, kicked };

struct chat_member {
  std::int64_t id = 0;
  std::int64_t invited_by = 0;
  std::int64_t joined = 0;  ///< Unix time.
  member_state state = member_state::in;
  bool admin = false;
  bool sees_all = true;                  ///< Of a community: not only what concerns it.
  std::int64_t may_not_write_until = 0;  ///< -1: for ever.
};

/// Who may do something in a chat.
enum class chat_right : std::uint8_t { all, owner_and_admins, owner };

struct chat_rights {
  chat_right invite = chat_right::all;
  chat_right change_info = chat_right::all;
  chat_right change_pin = chat_right::all;
  chat_right mass_mentions = chat_right::all;
  chat_right see_invite_link = chat_right::all;
  chat_right change_admins = chat_right::owner;
};

struct chat_facts {
  std::string title;
  std::string photo;  ///< The base of its addresses; empty: the default one.
  std::string invite_link;
  std::int64_t owner = 0;
  std::uint32_t pinned = 0;  ///< A cmid; 0: none.
  std::int64_t pinned_at = 0;
  bool disabled = false;
  bool writing_disabled = false;
  std::uint32_t members = 0;  ///< Those who are in.
  chat_rights rights;
  std::vector<chat_member> roster;  ///< Ascending in id; also those who left.

  [[nodiscard]] const chat_member* find(std::int64_t member) const noexcept;
  [[nodiscard]] chat_member* find(std::int64_t member) noexcept;
};

struct member_typing {
  std::int64_t member = 0;
  std::int64_t until_ms = 0;
  std::string kind;  ///< `typing`, `audiomessage` …
};

/// The last ordinary keyboard of an author.
struct shown_keyboard {
  std::int64_t author = 0;
  std::uint32_t cmid = 0;
  std::string json;
};

struct conversation {
  conversation_id id = no_conversation;
  std::int64_t first = 0;  ///< Of a private one: the members, the smaller id first.
  std::int64_t second = 0;
  std::uint32_t first_cmid = 1;  ///< Of `messages`, from which the oldest are dropped.
  sliding_list<message> messages;
  std::vector<member_view> views;    ///< Ascending in member.
  std::unique_ptr<chat_facts> chat;  ///< Null: private.
  std::vector<shown_keyboard> keyboards;
  std::vector<member_typing> typing;

  [[nodiscard]] std::uint32_t last_cmid() const noexcept {
    return first_cmid + static_cast<std::uint32_t>(messages.size()) - 1;
  }
  [[nodiscard]] bool is_chat() const noexcept { return chat != nullptr; }
  /// Null: never written or dropped.
  [[nodiscard]] const message* find(std::int64_t cmid) const noexcept;
  [[nodiscard]] message* find(std::int64_t cmid) noexcept;
  [[nodiscard]] const member_view* view_of(std::int64_t member) const noexcept;
  [[nodiscard]] member_view* view_of(std::int64_t member) noexcept;
  /// Of a private conversation: the member who is not this one (oneself in notes to oneself).
  [[nodiscard]] std::int64_t other(std::int64_t member) const noexcept {
    return member == first ? second : first;
  }
  /// The message of a copy that is deleted neither for its owner nor for all; else null.
  [[nodiscard]] const message* visible(const message_copy& copy) const noexcept;
  [[nodiscard]] bool is_member(std::int64_t member) const noexcept;
};

}  // namespace vkxx::emulation::detail
