/// @file
/// All conversations and mailboxes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "emulator/world/messages/conversation.hpp"
#include "emulator/world/settings.hpp"

namespace vkxx::emulation::detail {

struct message_place {
  conversation_id conversation = no_conversation;
  std::uint32_t cmid = 0;
};

struct mailbox {
  std::int64_t owner = 0;
  std::uint32_t first_id = 1;  ///< Of `copies`, from which the oldest are dropped.
  sliding_list<message_place> copies;
  std::vector<conversation_id> chats;  ///< By the chat's number here, from 1.
  /// `major`, order of the last message, conversation: sorted as VK shows them from the end.
  std::set<std::tuple<std::int32_t, std::uint64_t, conversation_id>> order;
  std::uint32_t unread_conversations = 0;

  [[nodiscard]] std::uint32_t next_id() const noexcept {
    return first_id + static_cast<std::uint32_t>(copies.size());
  }
};

enum class permission_state : std::uint8_t { never, allowed, denied };

/// Whether a community may write to a user, and its newsletters.
struct permission {
  permission_state state = permission_state::never;
  std::string key;
  std::set<std::string, std::less<>> intents;
};

/// A pressed callback button that waits for the community's answer.
struct pending_press {
  std::int64_t community = 0;  ///< Positive.
  std::int64_t user = 0;
  conversation_id conversation = no_conversation;
  std::uint32_t cmid = 0;  ///< 0: the keyboard is not inline.
  std::int64_t until_ms = 0;
  std::uint64_t event = 0;
};

/// The state of `messages.*`. Its functions keep the invariants; what is allowed is decided by
/// `message_commands`.
class message_book {
 public:
  explicit message_book(const world_settings& settings);

  [[nodiscard]] const conversation* find(conversation_id id) const noexcept;
  [[nodiscard]] const conversation* find_private(std::int64_t member, std::int64_t other) const;
  /// What the owner calls `peer`; null if there is no such conversation yet.
  [[nodiscard]] const conversation* at_peer(std::int64_t owner, std::int64_t peer) const;
  [[nodiscard]] std::int64_t peer_of(const conversation& where, std::int64_t owner) const noexcept;
  [[nodiscard]] const mailbox* box(std::int64_t owner) const noexcept;
  [[nodiscard]] std::optional<message_place> by_id(std::int64_t owner, std::int64_t id) const;
  /// The id of a message in a mailbox; 0: it has none there.
  [[nodiscard]] std::int64_t id_of(const conversation& where, std::int64_t owner,
                                   std::uint32_t cmid) const noexcept;
  [[nodiscard]] const permission* permission_of(std::int64_t user, std::int64_t community) const;
  [[nodiscard]] const std::map<std::pair<std::int64_t, std::int64_t>, permission>& permissions()
      const noexcept {
    return permissions_;  ///< By community and user.
  }
  /// Whether `member` has `other` on its blacklist. Ids of communities are negative.
  [[nodiscard]] bool blocks(std::int64_t member, std::int64_t other) const;
  [[nodiscard]] const std::set<std::int64_t>* blacklist(std::int64_t member) const;
  [[nodiscard]] const pending_press* find_press(std::string_view event_id) const;
  /// Null: none waits.
  [[nodiscard]] const std::pair<std::string, pending_press>* oldest_press() const noexcept;
  [[nodiscard]] std::size_t pending_presses() const noexcept { return presses_.size(); }
  [[nodiscard]] const conversation* by_invite_link(std::string_view link) const;
  /// The message of this author with this `random_id`; 0: none.
  [[nodiscard]] std::uint32_t by_random_id(std::int64_t author, conversation_id where,
                                           std::int32_t random_id) const;
  [[nodiscard]] std::size_t conversations() const noexcept { return conversations_.size(); }
  [[nodiscard]] std::size_t messages() const noexcept { return order_.size(); }
  [[nodiscard]] std::uint64_t dropped_messages() const noexcept { return dropped_; }
  [[nodiscard]] const world_settings& settings() const noexcept { return settings_; }

  // Changes, for commands.
  [[nodiscard]] conversation& editable(conversation_id id) { return conversations_[id]; }
  conversation& open_private(std::int64_t member, std::int64_t other);
  conversation& open_chat(chat_facts facts);
  /// Adds the member's view and number of the chat, or makes a former member one again.
  chat_member& join(conversation& chat, chat_member entry);
  void leave(conversation& chat, chat_member& member, member_state state);
  /// Keeps a copy for each member for whom `sees` holds (null: for all), and drops the oldest
  /// messages above the limits. @return the cmid.
  std::uint32_t append(conversation& where, message entry,
                       const std::function<bool(std::int64_t)>& sees = nullptr);
  /// Gives a new member copies of up to `count` messages from before it joined.
  void show_earlier(conversation& chat, std::int64_t member, std::size_t count);
  /// Replaces what a message says.
  void replace(conversation& where, std::uint32_t cmid, std::string text,
               std::unique_ptr<message_extra> extra);
  /// @return whether anything became read.
  bool mark_read(conversation& where, member_view& view, std::uint32_t up_to_cmid);
  void hide(conversation& where, member_view& view, message_copy& copy);
  void show(conversation& where, member_view& view, message_copy& copy);
  void hide_for_all(conversation& where, std::uint32_t cmid);
  void set_major(conversation& where, member_view& view, std::int32_t major);
  [[nodiscard]] permission& editable_permission(std::int64_t user, std::int64_t community);
  bool set_blocked(std::int64_t member, std::int64_t other, bool on);
  void add_press(std::string event_id, pending_press press);
  void remove_press(std::string_view event_id);
  void drop_oldest_press() { presses_.pop_front(); }
  void set_invite_link(conversation& chat, std::string link);

 private:
  template <class>
  friend struct saved_part;

  struct random_key {
    std::int64_t author = 0;
    conversation_id conversation = no_conversation;
    std::int32_t random_id = 0;
    [[nodiscard]] bool operator==(const random_key&) const = default;
  };
  struct key_hash {
    [[nodiscard]] std::size_t operator()(const random_key& key) const noexcept;
    [[nodiscard]] std::size_t operator()(
        const std::pair<std::int64_t, std::int64_t>& key) const noexcept;
  };

  [[nodiscard]] mailbox& box_for(std::int64_t owner);
  void add_view(conversation& where, std::int64_t member);
  void add_copy(conversation& where, member_view& view, const message& entry, std::uint32_t cmid);
  void drop_oldest();
  void drop_above_limits();
  void set_last_visible(conversation& where, member_view& view, std::uint32_t cmid,
                        std::uint64_t order);
  void find_last_visible(conversation& where, member_view& view);
  void set_unread(member_view& view, std::uint32_t count);
  [[nodiscard]] static bool counts_as_unread(const member_view& view, const message& entry,
                                             std::uint32_t cmid) noexcept;

  world_settings settings_;
  std::deque<conversation> conversations_;
  std::unordered_map<std::pair<std::int64_t, std::int64_t>, conversation_id, key_hash> private_;
  std::unordered_map<std::int64_t, mailbox> boxes_;
  std::unordered_map<random_key, std::uint32_t, key_hash> random_ids_;
  std::deque<conversation_id> order_;  ///< Of each kept message, the oldest first.
  std::uint64_t last_order_ = 0;
  std::uint64_t dropped_ = 0;
  std::size_t copies_ = 0;
  std::size_t bytes_ = 0;  ///< Of all messages, as `bytes_of`.
  std::map<std::pair<std::int64_t, std::int64_t>, permission> permissions_;
  std::unordered_map<std::int64_t, std::set<std::int64_t>> blacklists_;
  std::deque<std::pair<std::string, pending_press>> presses_;
  std::map<std::string, conversation_id, std::less<>> invite_links_;
};

}  // namespace vkxx::emulation::detail
