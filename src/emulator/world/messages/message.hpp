/// @file
/// A message, which exists once in its conversation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emulator/world/events/world_event.hpp"

namespace vkxx::emulation::detail {

/// A message as it was when it was forwarded or replied to.
struct message_snapshot {
  std::int64_t author = 0;
  std::int64_t date = 0;
  std::int64_t update_time = 0;
  conversation_id conversation = no_conversation;
  std::uint32_t cmid = 0;
  std::uint32_t total = 1;  ///< With all nested ones.
  std::uint32_t depth = 1;
  std::size_t bytes = 0;  ///< As `bytes_of` of messages, with all nested ones.
  std::string text;
  std::string attachments;
  std::string geo;
  std::string payload;
  std::vector<std::shared_ptr<const message_snapshot>> forwards;
  std::shared_ptr<const message_snapshot> reply;
};

struct reaction {
  std::int64_t member = 0;
  std::int64_t id = 0;
  std::int64_t date = 0;
};

/// What most messages do not have. JSON is kept as text, which is a fraction of its DOM.
struct message_extra {
  std::string attachments;  ///< `photo1_2,doc3_4`
  std::string geo;          ///< JSON
  std::string payload;      ///< JSON
  std::string keyboard;     ///< JSON, checked
  std::string carousel;     ///< The template: JSON, checked
  std::string format;       ///< `format_data`: JSON
  std::string action;       ///< JSON of a service message
  std::string ref;
  std::string ref_source;
  bool inline_keyboard = false;
  bool expires = false;
  std::int64_t sticker = 0;
  std::int64_t admin_author = 0;
  std::int64_t update_time = 0;
  std::uint32_t version = 0;
  std::vector<std::shared_ptr<const message_snapshot>> forwards;
  std::shared_ptr<const message_snapshot> reply;
  std::vector<std::string> former_texts;  ///< The oldest first.
  std::vector<reaction> reactions;        ///< In the order of their dates.
};

struct message {
  std::int64_t author = 0;
  std::int64_t date = 0;  ///< Unix time.
  std::string text;
  std::unique_ptr<message_extra> extra;  ///< Null: a bare text.
  std::uint64_t order = 0;               ///< Among all messages of the world.
  std::int32_t random_id = 0;
  bool deleted = false;  ///< For all.
  bool silent = false;

  [[nodiscard]] bool is_service() const noexcept {
    return extra != nullptr && !extra->action.empty();
  }
};

/// The approximate size of the texts of a message and of what it carries. Snapshots count in each
/// message that keeps them, also where messages share them: they outlive what they were taken from.
[[nodiscard]] std::size_t bytes_of(const message& entry) noexcept;

}  // namespace vkxx::emulation::detail
