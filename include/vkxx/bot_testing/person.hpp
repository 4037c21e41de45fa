/// @file
/// A user who talks to the bot of a test.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/bot_testing/seen_message.hpp>
#include <vkxx/core/ids.hpp>

namespace vkxx::bot_testing {

class bot_fixture;

/// A user of the emulator, acting for a test. Each function that acts returns when the world is
/// quiet (`bot_fixture`), and throws std::runtime_error, which says what was wrong, if the user
/// cannot do it or the world does not become quiet.
///
/// A handle; the fixture must outlive it. Thread safety: none.
class person {
 public:
  /// For the fixture. `peer`: whom the user talks to.
  person(bot_fixture& world, user_id id, peer_id peer)
      : world_{&world}, id_{id}, peer_{peer}, home_{peer} {}

  /// The number of the user.
  [[nodiscard]] user_id id() const noexcept { return id_; }
  /// The same user, who now talks in a chat (`bot_fixture::chat`).
  [[nodiscard]] person in(peer_id chat) const;

  /// @name What users do
  /// @{
  /// Writes a text. Returns its number in the conversation.
  cmid says(std::string_view text);
  /// Writes a text as a reply to a message.
  cmid replies(cmid message, std::string_view text);
  /// Presses the button with this label: of the newest message that has one, else of the keyboard.
  void presses(std::string_view label);
  /// Reads everything.
  void reads();
  /// Changes a message.
  void edits(cmid message, std::string_view text);
  /// Reacts to the last message; 0 takes the reaction away.
  void reacts(int reaction);
  /// Sends a photo, with a text.
  cmid sends_photo(std::string_view text = {});
  /// Joins the community.
  void joins();
  /// Leaves the community.
  void leaves();
  /// Forbids the community to write.
  void blocks();
  /// Uses a client without callback buttons from now on.
  void uses_old_client();
  /// Any action of the control API, with the members of its JSON body; see docs/emulator.md.
  void acts(std::string_view action, std::string json);
  /// @}

  /// @name What users see
  /// @{
  /// All messages of the conversation, oldest first; at most the last 200.
  [[nodiscard]] std::vector<seen_message> messages() const;
  /// The last message that the bot wrote. Throws std::runtime_error if there is none.
  [[nodiscard]] seen_message last() const;
  /// The texts of the messages that the bot wrote, oldest first.
  [[nodiscard]] std::vector<std::string> answers() const;
  /// The text that the last press showed; empty: none.
  [[nodiscard]] std::string snackbar() const;
  /// The page that the last press opened; empty: none.
  [[nodiscard]] std::string opened_link() const;
  /// Whether the last press was answered at all.
  [[nodiscard]] bool press_answered() const;
  /// @}

 private:
  std::string act(std::string_view action, const std::string& body);
  // The data of the answer to the last press.
  [[nodiscard]] std::string event_data() const;

  bot_fixture* world_;
  user_id id_;
  peer_id peer_;
  peer_id home_;
  std::string press_;  // the event of the last press
};

}  // namespace vkxx::bot_testing
