/// @file
/// Commands that change conversations. All throw `api_failure` with VK's code if VK would refuse.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/world/command_base.hpp"

namespace vkxx::emulation::detail {

/// Which messages to forward, or the one to reply to, as the author calls them.
struct forward_request {
  std::vector<std::int64_t> ids;
  std::int64_t peer = 0;  ///< Of `cmids`; 0: the conversation that is written to.
  std::vector<std::int64_t> cmids;
  bool is_reply = false;
  [[nodiscard]] bool empty() const noexcept { return ids.empty() && cmids.empty(); }
};

struct message_draft {
  std::string text;
  std::string attachments;  ///< `photo1_2,doc3_4`
  std::string keyboard;     ///< JSON as it was sent
  std::string carousel;     ///< JSON as it was sent
  std::string payload;      ///< JSON
  std::string format;       ///< JSON
  std::string geo;          ///< JSON as VK shows it
  std::string ref;
  std::string ref_source;
  std::vector<forward_request> forwards;
  std::int64_t sticker = 0;
  std::int64_t admin_author = 0;
  std::int64_t keyboard_author = 0;  ///< Whose button was pressed.
  std::int32_t random_id = 0;
  bool silent = false;
  // Of an edit.
  bool keep_forwards = false;
};

struct sent_message {
  conversation_id conversation = no_conversation;
  std::uint32_t cmid = 0;
  std::int64_t id = 0;    ///< In the author's mailbox; 0: it has none.
  bool repeated = false;  ///< The `random_id` is that of an earlier message.
  std::uint64_t event = 0;
};

/// Which button a user presses.
struct button_place {
  std::uint32_t cmid = 0;            ///< Of the message with the inline keyboard or carousel, or
  std::int64_t keyboard_author = 0;  ///< the author of the ordinary keyboard.
  std::size_t row = 0;               ///< The element of a carousel.
  std::size_t column = 0;
};

struct press_outcome {
  std::string type;      ///< Of the button.
  std::string event_id;  ///< Of a callback button that waits for its answer.
  sent_message message;  ///< Of other buttons that send one.
  std::string link;      ///< That the client would open.
};

enum class view_flag : std::uint8_t { important, unanswered, marked_unread, archived };
enum class copy_flag : std::uint8_t { important, listened };

class message_commands : private command_base {
 public:
  message_commands(world& state, const command_context& context) : command_base{state, context} {}

  /// @param peer as the author calls it.
  sent_message send(std::int64_t author, std::int64_t peer, message_draft draft);
  /// VK's code if `send` would be refused whatever the message contains.
  [[nodiscard]] std::optional<int> refusal_of(std::int64_t author, std::int64_t peer) const;
  void edit(std::int64_t editor, conversation_id where, std::uint32_t cmid, message_draft draft);
  /// Deletes the copy of `owner`, or with `for_all` the message.
  void remove(std::int64_t owner, conversation_id where, std::uint32_t cmid, bool for_all,
              bool spam);
  void restore(std::int64_t owner, conversation_id where, std::uint32_t cmid);
  void mark_as_read(std::int64_t owner, conversation_id where, std::uint32_t up_to_cmid);
  /// @param type `typing`, `audiomessage` …
  void set_typing(std::int64_t member, std::int64_t peer, std::string type);
  void react(std::int64_t member, conversation_id where, std::uint32_t cmid, std::int64_t reaction);
  /// @return whether there was one.
  bool remove_reaction(std::int64_t member, conversation_id where, std::uint32_t cmid);
  void set_flag(std::int64_t owner, conversation_id where, view_flag flag, bool on);
  void set_flag(std::int64_t owner, conversation_id where, std::uint32_t cmid, copy_flag flag,
                bool on);
  /// @return the id of the last deleted copy; 0: there was none.
  std::int64_t delete_conversation(std::int64_t owner, conversation_id where);

  press_outcome press(std::int64_t user, conversation_id where, const button_place& button);
  /// @param event_data JSON of VK's forms; empty: the client only stops waiting.
  void answer_press(std::int64_t community, std::string_view event_id, std::int64_t user,
                    std::int64_t peer, std::string_view event_data);
  /// Ends what has a time limit. Call it when the clock has moved.
  void expire();

  void allow(std::int64_t user, std::int64_t community, std::string key);
  void deny(std::int64_t user, std::int64_t community);
  void set_intent(std::int64_t user, std::int64_t community, const std::string& intent, bool on);
  /// Ids of communities are negative.
  void ban(std::int64_t member, std::int64_t other);
  void unban(std::int64_t member, std::int64_t other);

  /// @param invited users that exist; others are left out.
  conversation_id create_chat(std::int64_t creator, std::string title,
                              const std::vector<std::int64_t>& invited);
  /// @param visible_messages how many earlier messages the member sees.
  void invite(std::int64_t inviter, conversation_id chat, std::int64_t member,
              std::size_t visible_messages = 0);
  void kick(std::int64_t actor, conversation_id chat, std::int64_t member);
  void leave(std::int64_t member, conversation_id chat);
  conversation_id join_by_link(std::int64_t member, std::string_view link);
  /// @return the link.
  std::string invite_link(std::int64_t actor, conversation_id chat, bool reset);
  void change_title(std::int64_t actor, conversation_id chat, std::string title);
  /// @param photo the base of its addresses; empty: removes it.
  /// @return the cmid of the service message.
  std::uint32_t change_photo(std::int64_t actor, conversation_id chat, std::string photo);
  void pin(std::int64_t actor, conversation_id where, std::uint32_t cmid);
  void unpin(std::int64_t actor, conversation_id where);
  void set_admin(std::int64_t actor, conversation_id chat, std::int64_t member, bool on);
  /// @param until Unix time; 0: the member may write again, -1: never.
  void restrict_writing(std::int64_t actor, conversation_id chat, std::int64_t member,
                        std::int64_t until);
  void set_sees_all(conversation_id chat, std::int64_t community, bool on);

 private:
  [[nodiscard]] const conversation* admitted(std::int64_t author, std::int64_t peer) const;
  void check_chat(const conversation& where, std::int64_t author) const;
  void check_private(std::int64_t author, std::int64_t peer) const;
  void check_size(const message_draft& draft) const;
  [[nodiscard]] std::unique_ptr<message_extra> prepare(std::int64_t author, std::int64_t peer,
                                                       message_draft& draft) const;
  void add_forwards(std::int64_t author, std::int64_t peer, const message_draft& draft,
                    message_extra& extra) const;
  [[nodiscard]] std::shared_ptr<const message_snapshot> snapshot(std::int64_t reader,
                                                                 const message_place& place) const;
  [[nodiscard]] std::uint32_t write(conversation& where, message entry,
                                    std::int64_t keyboard_author);
  void before_writing(conversation& where, std::int64_t author);
  void show_keyboard(conversation& where, std::int64_t author, std::uint32_t cmid,
                     const message_extra& extra);
  void hide_keyboard(conversation& where, std::int64_t author);
  std::uint64_t report(event_kind kind, const conversation& where, std::uint32_t cmid,
                       std::int64_t actor, std::int64_t subject = 0,
                       boost::json::object details = {});
  std::uint32_t announce(conversation& chat, std::int64_t actor, boost::json::object action);
  [[nodiscard]] conversation& chat_of(std::int64_t actor, conversation_id id);
  void check_right(const conversation& chat, std::int64_t actor, chat_right right) const;
  [[nodiscard]] member_view& view_for(std::int64_t owner, conversation_id where);
  press_outcome press_callback(std::int64_t user, conversation& where, const button_place& button,
                               const boost::json::object& action);
  void add_member(conversation& chat, std::int64_t inviter, std::int64_t member);
};

}  // namespace vkxx::emulation::detail
