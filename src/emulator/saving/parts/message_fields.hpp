/// @file
/// The members of messages and conversations in a snapshot.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/saving/parts/saved_world.hpp"

namespace vkxx::emulation::detail {

inline constexpr std::array<std::string_view, 3> saved_member_states{"in", "left", "kicked"};
inline constexpr std::array<std::string_view, 3> saved_rights{"all", "owner_and_admins", "owner"};

template <class Archive>
void fields(Archive& archive, message_snapshot& value);

// Whether there is one is whether the object has members.
template <class Archive>
void describe_forwards(Archive& archive,
                       std::vector<std::shared_ptr<const message_snapshot>>& forwards,
                       std::shared_ptr<const message_snapshot>& reply) {
  std::vector<message_snapshot> listed;
  std::vector<message_snapshot> replied;
  if constexpr (!Archive::reads) {
    for (const auto& each : forwards) listed.push_back(*each);
    if (reply != nullptr) replied.push_back(*reply);
  }
  archive.member("forwards", listed);
  archive.member("reply", replied);
  if constexpr (Archive::reads) {
    if (replied.size() > 1) archive.refuse("reply", "is a list of one message");
    for (auto& each : listed)
      forwards.push_back(std::make_shared<const message_snapshot>(std::move(each)));
    if (!replied.empty())
      reply = std::make_shared<const message_snapshot>(std::move(replied.front()));
  }
}

template <class Archive>
void count_forwards(const Archive& archive, message_snapshot& value) {
  constexpr std::uint32_t most_total = 1000;
  constexpr std::uint32_t deepest = 46;
  value.bytes = sizeof value + value.text.size() + value.attachments.size() + value.geo.size() +
                value.payload.size();
  const auto count = [&value](const message_snapshot& nested) {
    value.bytes += nested.bytes;
    value.total += nested.total;
    value.depth = std::max(value.depth, nested.depth + 1);
  };
  for (const auto& nested : value.forwards) count(*nested);
  if (value.reply != nullptr) count(*value.reply);
  if (value.total > most_total || value.depth > deepest)
    archive.refuse("", "has too many forwarded messages");
}

template <class Archive>
void fields(Archive& archive, message_snapshot& value) {
  archive.member("author", value.author);
  archive.member("date", value.date);
  archive.member("update_time", value.update_time);
  archive.member("conversation", value.conversation, no_conversation);
  archive.member("cmid", value.cmid);
  archive.member("text", value.text);
  archive.member("attachments", value.attachments);
  archive.member("geo", value.geo);
  archive.member("payload", value.payload);
  describe_forwards(archive, value.forwards, value.reply);
  if constexpr (Archive::reads) {
    check_object_text(archive, "geo", value.geo);
    count_forwards(archive, value);
  }
}

template <class Archive>
void fields(Archive& archive, reaction& value) {
  archive.member("member", value.member);
  archive.member("id", value.id);
  archive.member("date", value.date);
}

template <class Archive>
void fields(Archive& archive, message_extra& value) {
  archive.member("attachments", value.attachments);
  archive.member("geo", value.geo);
  archive.member("payload", value.payload);
  archive.member("keyboard", value.keyboard);
  archive.member("template", value.carousel);
  archive.member("format", value.format);
  archive.member("action", value.action);
  archive.member("ref", value.ref);
  archive.member("ref_source", value.ref_source);
  archive.member("inline", value.inline_keyboard);
  archive.member("expires", value.expires);
  archive.member("sticker", value.sticker);
  archive.member("admin_author", value.admin_author);
  archive.member("update_time", value.update_time);
  archive.member("version", value.version);
  describe_forwards(archive, value.forwards, value.reply);
  archive.member("former_texts", value.former_texts);
  archive.member("reactions", value.reactions);
  if constexpr (Archive::reads) {
    check_object_text(archive, "geo", value.geo);
    check_object_text(archive, "format", value.format);
    check_action_text(archive, value.action);
  }
}

template <class Archive>
void fields(Archive& archive, message& value) {
  archive.member("author", value.author);
  archive.member("date", value.date);
  archive.member("text", value.text);
  archive.member("order", value.order);
  archive.member("random_id", value.random_id);
  archive.member("deleted", value.deleted);
  archive.member("silent", value.silent);
  // An extra part of usual values is still one: its size counts.
  bool extended = value.extra != nullptr;
  archive.member("extended", extended);
  if constexpr (Archive::reads) {
    if (extended) value.extra = std::make_unique<message_extra>();
  }
  if (extended) archive.object("extra", [&](auto& inner) { fields(inner, *value.extra); });
}

template <class Archive>
void fields(Archive& archive, member_view& value) {
  archive.member("member", value.member);
  archive.member("chat_number", value.chat_number);
  archive.member("in_read", value.in_read);
  archive.member("last_incoming", value.last_incoming);
  archive.member("major", value.major);
  archive.member("important", value.important);
  archive.member("unanswered", value.unanswered);
  archive.member("marked_unread", value.marked_unread);
  archive.member("archived", value.archived);
  archive.member("silent_until", value.silent_until);
  // The cmid, the id and the flags of each copy, in one list.
  std::vector<std::uint32_t> copies;
  if constexpr (!Archive::reads)
    for (const auto& copy : value.copies) {
      copies.push_back(copy.cmid);
      copies.push_back(copy.id);
      copies.push_back((copy.important ? 1U : 0U) | (copy.deleted ? 2U : 0U) |
                       (copy.spam ? 4U : 0U) | (copy.listened ? 8U : 0U));
    }
  archive.member("copies", copies);
  if constexpr (Archive::reads) {
    check_groups(archive, "copies", copies.size(), 3);
    for (std::size_t i = 0; i < copies.size(); i += 3) {
      const auto flags = copies[i + 2];
      value.copies.push_back({copies[i], copies[i + 1], (flags & 1U) != 0, (flags & 2U) != 0,
                              (flags & 4U) != 0, (flags & 8U) != 0});
    }
  }
}

template <class Archive>
void fields(Archive& archive, chat_member& value) {
  archive.member("id", value.id);
  archive.member("invited_by", value.invited_by);
  archive.member("joined", value.joined);
  archive.choice("state", value.state, saved_member_states);
  archive.member("admin", value.admin);
  archive.member("sees_all", value.sees_all, true);
  archive.member("may_not_write_until", value.may_not_write_until);
}

template <class Archive>
void fields(Archive& archive, chat_facts& value) {
  archive.member("title", value.title);
  archive.member("photo", value.photo);
  archive.member("invite_link", value.invite_link);
  archive.member("owner", value.owner);
  archive.member("pinned", value.pinned);
  archive.member("pinned_at", value.pinned_at);
  archive.member("disabled", value.disabled);
  archive.member("writing_disabled", value.writing_disabled);
  archive.object("rights", [&](auto& inner) {
    inner.choice("invite", value.rights.invite, saved_rights);
    inner.choice("change_info", value.rights.change_info, saved_rights);
    inner.choice("change_pin", value.rights.change_pin, saved_rights);
    inner.choice("mass_mentions", value.rights.mass_mentions, saved_rights);
    inner.choice("see_invite_link", value.rights.see_invite_link, saved_rights);
    inner.choice("change_admins", value.rights.change_admins, saved_rights);
  });
  archive.member("roster", value.roster);
  if constexpr (Archive::reads)
    value.members = static_cast<std::uint32_t>(
        std::ranges::count(value.roster, member_state::in, &chat_member::state));
}

template <class Archive>
void fields(Archive& archive, shown_keyboard& value) {
  archive.member("author", value.author);
  archive.member("cmid", value.cmid);
  archive.member("json", value.json);
}

template <class Archive>
void fields(Archive& archive, member_typing& value) {
  archive.member("member", value.member);
  archive.member("until_ms", value.until_ms);
  archive.member("kind", value.kind);
}

template <class Archive>
void fields(Archive& archive, conversation& value) {
  bool is_chat = value.is_chat();
  archive.member("is_chat", is_chat);
  if constexpr (Archive::reads) {
    if (is_chat) value.chat = std::make_unique<chat_facts>();
  }
  if (is_chat) {
    archive.object("chat", [&](auto& inner) { fields(inner, *value.chat); });
  } else {
    archive.member("first", value.first);
    archive.member("second", value.second);
  }
  archive.member("first_cmid", value.first_cmid, 1);
  archive.member("views", value.views);
  archive.member("keyboards", value.keyboards);
  archive.member("typing", value.typing);
  archive.member("messages", value.messages);
}

}  // namespace vkxx::emulation::detail
