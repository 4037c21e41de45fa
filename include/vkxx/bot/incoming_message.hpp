/// @file
/// A message that came to a community.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <vkxx/core/ids.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/messages/payload.hpp>
#include <vkxx/objects/callback.hpp>
#include <vkxx/objects/messages.hpp>

namespace vkxx {

/// A message to a community. Copies are cheap and share everything.
///
/// https://dev.vk.com/reference/objects/message
///
/// Thread safety: safe to share.
class incoming_message {
 public:
  /// Reads a message. `object`: that of `message_new`, or the message itself. `community`: whose
  /// mention is taken off. Fails as `decode` does.
  [[nodiscard]] static result<incoming_message> read(std::string_view object, group_id community);

  /// The text without spaces and invisible marks at its ends, and without a mention of the
  /// community at its beginning
  /// (`[club1|@shop], hello` is `hello`).
  [[nodiscard]] const std::string& text() const noexcept;
  /// The text as VK sent it.
  [[nodiscard]] const std::string& raw_text() const noexcept;
  /// Whether the community is mentioned in the text.
  [[nodiscard]] bool mentions_community() const noexcept;
  /// The conversation.
  [[nodiscard]] peer_id peer() const noexcept;
  /// The author: a user, or a community (negative).
  [[nodiscard]] owner_id from() const noexcept;
  /// The number of the message in its conversation; with `peer()` its identity.
  [[nodiscard]] cmid number() const noexcept;
  /// Whether the conversation is a chat.
  [[nodiscard]] bool in_chat() const noexcept;
  /// What the pressed button, or the program that sent the message, added. Empty: nothing.
  [[nodiscard]] const vkxx::payload& payload() const noexcept;
  /// Whether there is an attachment of this type (`photo`, `doc`, `audio_message` …).
  [[nodiscard]] bool has(std::string_view attachment_type) const noexcept;
  /// The whole message, with attachments, the message that it replies to, and everything else.
  [[nodiscard]] const api::messages::message& message() const noexcept;
  /// What the user's client can show. Null: VK did not say.
  [[nodiscard]] const api::callback::info_for_bots* client() const noexcept;
  /// Whether VK left attachments or forwarded messages out.
  [[nodiscard]] bool is_cropped() const noexcept;

 private:
  struct parts;
  explicit incoming_message(std::shared_ptr<const parts> content) noexcept
      : parts_{std::move(content)} {}
  std::shared_ptr<const parts> parts_;
};

}  // namespace vkxx
