/// @file
/// What a bot does by itself.
#pragma once

#include <chrono>

#include <vkxx/core/clock.hpp>

namespace vkxx {

/// What a bot does by itself; everything but `keep_typing` is on.
class bot_options {
 public:
  /// Sends an empty answer to a pressed button whose handler gave none, also if it failed for the
  /// last time, unless that took more than 55 s: VK takes answers for a minute.
  bot_options& answer_buttons(bool on) noexcept;
  /// Loads messages from which VK left something out (`messages.getByConversationMessageId`).
  bot_options& load_cropped(bool on) noexcept;
  /// Hands no `message_reply` to handlers that the community sent itself by the API; those that
  /// an administrator wrote by hand come in any case.
  bot_options& ignore_own(bool on) noexcept;
  /// Compares the settings of long poll with what the handlers need when it starts, and switches on
  /// what is missing; see `bot::check_settings`.
  bot_options& check_at_start(bool on) noexcept;
  /// Shows the user that an answer is being written while a handler of messages runs longer than a
  /// second. Off by default.
  bot_options& keep_typing(bool on) noexcept;

  /// How old the list of managers of `filters::from_admin` may be; 5 minutes by default, 0 or less:
  /// VK is asked each time. A change that VK reports (`group_officers_edit`) counts at once.
  bot_options& manager_age(duration longest) noexcept;

  [[nodiscard]] bool answer_buttons() const noexcept { return answer_buttons_; }
  [[nodiscard]] bool load_cropped() const noexcept { return load_cropped_; }
  [[nodiscard]] bool ignore_own() const noexcept { return ignore_own_; }
  [[nodiscard]] bool check_at_start() const noexcept { return check_at_start_; }
  [[nodiscard]] bool keep_typing() const noexcept { return keep_typing_; }
  [[nodiscard]] duration manager_age() const noexcept { return manager_age_; }

 private:
  bool answer_buttons_ = true;
  bool load_cropped_ = true;
  bool ignore_own_ = true;
  bool check_at_start_ = true;
  bool keep_typing_ = false;
  duration manager_age_ = std::chrono::minutes{5};
};

}  // namespace vkxx
