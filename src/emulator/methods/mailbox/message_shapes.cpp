#include "emulator/methods/mailbox/message_shapes.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <vector>

#include "emulator/methods/attachment_shapes.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

// The first characters of a text.
std::string preview(const std::string& text, std::size_t length) {
  if (length == 0) return text;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U) continue;
    if (shown++ == length) return text.substr(0, i);
  }
  return text;
}

json::array forwards_of(const world& state,
                        const std::vector<std::shared_ptr<const message_snapshot>>& forwards,
                        std::int64_t owner, std::string_view base_url) {
  json::array shown;
  for (const auto& nested : forwards)
    shown.push_back(foreign_object(state, *nested, owner, base_url));
  return shown;
}

json::array attachments_of(const world& state, const message& entry, std::string_view base_url) {
  if (entry.extra == nullptr) return {};
  auto shown = attachment_array(state, entry.extra->attachments, entry.date, base_url);
  if (entry.extra->sticker != 0)
    shown.push_back(sticker_attachment(entry.extra->sticker, base_url));
  return shown;
}

void add_content(const world& state, const message_extra& extra, std::int64_t owner,
                 std::string_view base_url, json::object& shown) {
  if (extra.reply != nullptr)
    shown["reply_message"] = foreign_object(state, *extra.reply, owner, base_url);
  if (!extra.geo.empty()) shown["geo"] = json::parse(extra.geo);
}

void add_reactions(const message& entry, std::int64_t owner, json::object& shown) {
  const auto& all = entry.extra->reactions;
  if (all.empty()) return;
  const auto own = std::ranges::find(all, owner, &reaction::member);
  if (own != all.end()) shown["reaction_id"] = own->id;
  shown["last_reaction_id"] = all.back().id;
  shown["reactions"] = reaction_counters(entry);
}

void add_extra(const world& state, const seen_message& seen, std::string_view base_url,
               json::object& shown) {
  const auto& extra = *seen.entry->extra;
  const auto owner = seen.seen.owner;
  add_content(state, extra, owner, base_url, shown);
  if (!extra.payload.empty()) shown["payload"] = extra.payload;
  // Ordinary keyboards are shown to their author only.
  if (!extra.keyboard.empty() && (extra.inline_keyboard || seen.entry->author == owner))
    shown["keyboard"] = json::parse(extra.keyboard);
  if (!extra.carousel.empty()) shown["template"] = json::parse(extra.carousel);
  if (!extra.format.empty()) shown["format_data"] = json::parse(extra.format);
  if (!extra.action.empty()) shown["action"] = json::parse(extra.action);
  if (!extra.ref.empty()) shown["ref"] = extra.ref;
  if (!extra.ref_source.empty()) shown["ref_source"] = extra.ref_source;
  if (extra.admin_author != 0) shown["admin_author_id"] = extra.admin_author;
  if (extra.update_time != 0) shown["update_time"] = extra.update_time;
  add_reactions(*seen.entry, owner, shown);
}

}  // namespace

json::array reaction_counters(const message& entry) {
  constexpr std::size_t most_users = 3;
  json::array counters;
  if (entry.extra == nullptr) return counters;
  std::vector<std::int64_t> ids;
  for (const auto& each : entry.extra->reactions)
    if (std::ranges::find(ids, each.id) == ids.end()) ids.push_back(each.id);
  for (const auto id : ids) {
    std::int64_t count = 0;
    json::array users;
    for (const auto& each : entry.extra->reactions) {
      if (each.id != id) continue;
      ++count;
      if (users.size() < most_users) users.push_back(each.member);
    }
    counters.push_back(
        json::object{{"reaction_id", id}, {"count", count}, {"user_ids", std::move(users)}});
  }
  return counters;
}

json::object foreign_object(const world& state, const message_snapshot& taken, std::int64_t owner,
                            std::string_view base_url) {
  const auto* source = state.messages().find(taken.conversation);
  const bool reachable = source != nullptr && source->view_of(owner) != nullptr;
  json::object shown;
  shown["date"] = taken.date;
  shown["from_id"] = taken.author;
  shown["id"] = reachable ? state.messages().id_of(*source, owner, taken.cmid) : 0;
  shown["text"] = taken.text;
  shown["attachments"] = attachment_array(state, taken.attachments, taken.date, base_url);
  shown["conversation_message_id"] = taken.cmid;
  if (reachable) shown["peer_id"] = state.messages().peer_of(*source, owner);
  if (taken.update_time != 0) shown["update_time"] = taken.update_time;
  if (!taken.payload.empty()) shown["payload"] = taken.payload;
  if (!taken.geo.empty()) shown["geo"] = json::parse(taken.geo);
  if (!taken.forwards.empty())
    shown["fwd_messages"] = forwards_of(state, taken.forwards, owner, base_url);
  if (taken.reply != nullptr)
    shown["reply_message"] = foreign_object(state, *taken.reply, owner, base_url);
  return shown;
}

json::object message_object(const world& state, const seen_message& seen, std::string_view base_url,
                            std::size_t preview_length) {
  const auto& entry = *seen.entry;
  const auto owner = seen.seen.owner;
  const auto* extra = entry.extra.get();
  json::object shown;
  shown["date"] = entry.date;
  shown["from_id"] = entry.author;
  shown["id"] = seen.copy->id;
  shown["version"] = 10'000'000 + (extra == nullptr ? 0 : extra->version);
  shown["out"] = entry.author == owner ? 1 : 0;
  shown["fwd_messages"] =
      extra == nullptr ? json::array{} : forwards_of(state, extra->forwards, owner, base_url);
  shown["important"] = seen.copy->important;
  shown["is_hidden"] = false;
  shown["attachments"] = attachments_of(state, entry, base_url);
  shown["conversation_message_id"] = seen.copy->cmid;
  shown["text"] = preview(entry.text, preview_length);
  shown["peer_id"] = state.messages().peer_of(*seen.seen.where, owner);
  shown["random_id"] = entry.author == owner ? entry.random_id : 0;
  if (entry.silent) shown["is_silent"] = true;
  if (seen.copy->listened) shown["was_listened"] = true;
  const auto* chat = seen.seen.where->chat.get();
  if (chat != nullptr && chat->pinned == seen.copy->cmid) {
    shown["is_pinned"] = true;
    shown["pinned_at"] = chat->pinned_at;
  }
  if (extra != nullptr) add_extra(state, seen, base_url, shown);
  return shown;
}

json::object pinned_object(const world& state, const seen_message& seen,
                           std::string_view base_url) {
  const auto& entry = *seen.entry;
  const auto owner = seen.seen.owner;
  json::object shown;
  shown["id"] = seen.copy->id;
  shown["date"] = entry.date;
  shown["from_id"] = entry.author;
  shown["text"] = entry.text;
  shown["attachments"] = attachments_of(state, entry, base_url);
  shown["conversation_message_id"] = seen.copy->cmid;
  shown["peer_id"] = state.messages().peer_of(*seen.seen.where, owner);
  shown["out"] = entry.author == owner;
  shown["important"] = seen.copy->important;
  if (const auto* extra = entry.extra.get()) {
    shown["fwd_messages"] = forwards_of(state, extra->forwards, owner, base_url);
    add_content(state, *extra, owner, base_url, shown);
    if (extra->inline_keyboard) shown["keyboard"] = json::parse(extra->keyboard);
  }
  return shown;
}

}  // namespace vkxx::emulation::detail
