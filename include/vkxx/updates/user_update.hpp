/// @file
/// Reads the arrays of User Long Poll, versions 3 and 19.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/ids.hpp>
#include <vkxx/updates/update.hpp>

namespace vkxx {

/// A flag of a message of User Long Poll. https://dev.vk.com/api/user-long-poll/getting-started
enum class message_flag : std::int64_t {
  unread = 1,                ///< not read yet
  outbox = 2,                ///< of the mailbox's owner
  replied = 4,               ///< there is an answer to it
  important = 8,             ///< marked
  chat = 16,                 ///< sent through a chat window
  friends = 32,              ///< by a friend
  spam = 64,                 ///< marked as spam
  deleted = 128,             ///< in the trash
  fixed = 256,               ///< checked for spam
  media = 512,               ///< has media
  in_chat = 8192,            ///< in a chat
  hidden = 65536,            ///< a greeting of a community, which must not lift the conversation
  deleted_for_all = 131072,  ///< deleted for everybody
  not_delivered = 262144,    ///< could not be delivered
};

/// A view of an update of User Long Poll. Codes of both versions have the same functions; what an
/// array does not have is empty, as arrays may be cut at any place. Shares the text of the update.
///
/// Thread safety: safe to share.
class user_update {
 public:
  /// Nothing: `content` is not an array of User Long Poll.
  [[nodiscard]] static std::optional<user_update> from(const update& content);

  /// The first element, such as 4 or 10004: an open set.
  [[nodiscard]] std::int64_t code() const noexcept { return code_; }
  /// The JSON text of the element at this place, the code being 0; empty if there is none.
  [[nodiscard]] std::string_view element(std::size_t place) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return elements_.size(); }

  /// Whether it is a new message (4, 10004).
  [[nodiscard]] bool is_new_message() const noexcept;
  /// Whether it is an edited message (5, 10005, 10018).
  [[nodiscard]] bool is_edit() const noexcept;
  /// The id of the message in the mailbox.
  [[nodiscard]] std::optional<message_id> message() const;
  /// The number of the message in its conversation (version 19).
  [[nodiscard]] std::optional<vkxx::cmid> cmid() const;
  /// The flags of a message or a conversation, or those that were set or removed.
  [[nodiscard]] std::optional<std::int64_t> flags() const;
  /// Whether that flag of a message is among them.
  [[nodiscard]] bool has(message_flag flag) const;
  /// The conversation.
  [[nodiscard]] std::optional<peer_id> peer() const;
  /// Who types or records; who came online or left.
  [[nodiscard]] std::vector<user_id> users() const;
  /// Seconds since 1970 of a message.
  [[nodiscard]] std::optional<std::int64_t> timestamp() const;
  /// The text of a message, its HTML decoded.
  [[nodiscard]] std::optional<std::string> text() const;
  /// The JSON text of the object with further facts of a message (`from`, `payload`, `source_act`).
  [[nodiscard]] std::string_view additional() const noexcept;
  /// The JSON text of the object with the attachments of a message (`attach1_type`).
  [[nodiscard]] std::string_view attachments() const noexcept;
  /// The `random_id` that the message was sent with.
  [[nodiscard]] std::optional<std::int64_t> random_id() const;

 private:
  explicit user_update(update content);
  [[nodiscard]] std::optional<std::int64_t> number(std::size_t place) const;
  // The place of the peer of a message, after which its other parts come; 0: there is none.
  [[nodiscard]] std::size_t message_part() const noexcept;

  update content_;  // owns what the elements view
  std::int64_t code_ = 0;
  std::vector<std::string_view> elements_;
};

}  // namespace vkxx
