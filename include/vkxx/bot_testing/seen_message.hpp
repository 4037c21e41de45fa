/// @file
/// A message as a user sees it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <vkxx/core/ids.hpp>

namespace vkxx::bot_testing {

/// A message as the user of a test sees it.
///
/// Thread safety: distinct objects: safe.
class seen_message {
 public:
  /// Reads the JSON of a message.
  explicit seen_message(std::string json);

  /// Its text.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// Its number in the conversation.
  [[nodiscard]] cmid number() const noexcept { return number_; }
  /// Who wrote it; a community is negative.
  [[nodiscard]] owner_id from() const noexcept { return from_; }
  /// The labels of the buttons under it, also of a carousel, row by row.
  [[nodiscard]] const std::vector<std::string>& buttons() const noexcept { return buttons_; }
  /// The number of the message that it replies to; 0: none.
  [[nodiscard]] cmid replies_to() const noexcept { return replies_to_; }
  /// The types of its attachments.
  [[nodiscard]] const std::vector<std::string>& attachments() const noexcept {
    return attachments_;
  }
  /// Everything, as VK's JSON.
  [[nodiscard]] const std::string& json() const noexcept { return json_; }

 private:
  std::string json_;
  std::string text_;
  cmid number_;
  owner_id from_;
  cmid replies_to_;
  std::vector<std::string> buttons_;
  std::vector<std::string> attachments_;
};

}  // namespace vkxx::bot_testing
