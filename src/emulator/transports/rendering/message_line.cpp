// Messages and reactions in user long poll.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>
#include <utility>

#include "emulator/methods/attachment_shapes.hpp"
#include "emulator/transports/rendering/line_table.hpp"
#include "emulator/transports/users/line_values.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

std::int64_t flags_of(const conversation& where, const message& entry, std::int64_t member,
                      std::uint32_t cmid) {
  const bool own = entry.author == member;
  // A message is unread while nobody else has read it.
  const bool read = std::ranges::any_of(where.views, [&](const member_view& view) {
    return view.member != entry.author && (own || view.member == member) && view.in_read >= cmid;
  });
  std::int64_t flags = read ? 0 : line_flags::unread;
  if (own) flags |= line_flags::outgoing;
  if (where.is_chat()) flags |= line_flags::in_chat;
  if (entry.silent) flags |= line_flags::silent;
  const auto* extra = entry.extra.get();
  if (extra == nullptr) return flags;
  if (!extra->attachments.empty() || extra->sticker != 0) flags |= line_flags::media;
  if (extra->reply != nullptr) flags |= line_flags::reply;
  if (!extra->reactions.empty()) flags |= line_flags::has_reactions;
  return flags;
}

json::value text_member(const json::object& object, std::string_view name) {
  const auto* found = object.if_contains(name);
  if (found == nullptr) return nullptr;
  if (found->is_string()) return *found;
  return json::value(json::serialize(*found));
}

void add_action(const message_extra& extra, json::object& shown) {
  const auto parsed = json::parse(extra.action);
  const auto& action = parsed.as_object();
  shown["source_act"] = action.at("type");
  if (action.contains("text")) shown["source_text"] = text_member(action, "text");
  if (action.contains("member_id")) shown["source_mid"] = text_member(action, "member_id");
  if (action.contains("message")) shown["source_message"] = text_member(action, "message");
  if (action.contains("conversation_message_id"))
    shown["source_chat_local_id"] = text_member(action, "conversation_message_id");
}

// Of every message: the real subjects went with the letters that messages once were.
constexpr std::string_view subject = " ... ";

json::object additional_of(const conversation& where, const message& entry, bool has_subject) {
  json::object shown;
  if (where.is_chat())
    shown["from"] = std::to_string(entry.author);
  else if (!has_subject)
    shown["title"] = subject;
  const auto* extra = entry.extra.get();
  if (extra == nullptr) return shown;
  if (!extra->keyboard.empty()) shown["keyboard"] = json::parse(extra->keyboard);
  if (!extra->carousel.empty()) shown["has_template"] = "1";
  if (!extra->payload.empty()) shown["payload"] = extra->payload;
  if (!extra->ref_source.empty()) shown["ref_source"] = extra->ref_source;
  if (extra->admin_author != 0) shown["from_admin"] = std::to_string(extra->admin_author);
  if (!extra->action.empty()) add_action(*extra, shown);
  return shown;
}

json::object attachments_of_line(const world& state, const message& entry) {
  json::object shown;
  const auto* extra = entry.extra.get();
  if (extra == nullptr) return shown;
  int number = 0;
  for (const auto item : attachment_list(extra->attachments)) {
    const auto name = read_attachment(item);
    const auto key = "attach" + std::to_string(++number);
    shown[key + "_type"] = name ? name->kind : std::string{"link"};
    shown[key] =
        name ? std::to_string(name->owner) + "_" + std::to_string(name->id) : std::string{item};
  }
  if (extra->sticker != 0) {
    const auto key = "attach" + std::to_string(++number);
    shown[key + "_type"] = "sticker";
    shown[key] = std::to_string(extra->sticker);
    shown[key + "_product_id"] = "1";
  }
  if (number != 0) {
    shown["attachments_count"] = std::to_string(number);
    shown["attachments"] =
        json::serialize(attachment_array(state, extra->attachments, entry.date, state.address()));
  }
  if (!extra->geo.empty()) shown["geo"] = "1";
  if (!extra->forwards.empty()) shown["fwd"] = "0_0";
  if (extra->reply != nullptr)
    shown["reply"] = json::serialize(json::object{{"conversation_message_id", extra->reply->cmid}});
  return shown;
}

void add_objects(const world& state, const conversation& where, const message& entry,
                 const line_format& format, json::array& shown) {
  const bool full = format.has(poll_mode::attachments);
  auto additional = full ? additional_of(where, entry, format.has_subject()) : json::object{};
  auto attachments = full ? attachments_of_line(state, entry) : json::object{};
  if (format.has_subject()) {
    for (auto& [name, value] : attachments) additional[name] = std::move(value);
    shown.push_back(std::move(additional));
    return;
  }
  shown.push_back(std::move(additional));
  shown.push_back(std::move(attachments));
}

}  // namespace

std::string escaped_line_text(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (const char letter : text) {
    if (letter == '&')
      shown += "&amp;";
    else if (letter == '<')
      shown += "&lt;";
    else if (letter == '>')
      shown += "&gt;";
    else if (letter == '"')
      shown += "&quot;";
    else if (letter == '\n')
      shown += "<br>";
    else
      shown += letter;
  }
  return shown;
}

json::array message_line(const world& state, const world_event& event, std::int64_t code,
                         const line_format& format) {
  const auto* where = state.messages().find(event.conversation);
  const auto* view = where == nullptr ? nullptr : where->view_of(format.member);
  const auto* copy = view == nullptr ? nullptr : view->copy_of(event.cmid);
  const auto* entry = copy == nullptr ? nullptr : where->find(event.cmid);
  const auto id = copy == nullptr ? 0 : std::int64_t{copy->id};
  const bool by_cmid = format.by_cmid();
  // In version 19 new messages have the id of the message before the peer.
  const bool has_minor = by_cmid && code == 10'004;
  json::array shown{code};
  shown.push_back(by_cmid ? std::int64_t{event.cmid} : id);
  const bool gone = entry == nullptr || copy->deleted || entry->deleted;
  if (gone && (by_cmid || entry == nullptr)) {
    shown.push_back(line_flags::deleted);
    if (has_minor)
      shown.push_back(id);
    else if (where != nullptr)
      shown.push_back(state.messages().peer_of(*where, format.member));
    return shown;
  }
  // Version 3 has no short form: its lines are as they were before the message was deleted.
  shown.push_back(flags_of(*where, *entry, format.member, event.cmid) |
                  (gone ? line_flags::deleted : 0));
  const auto peer = state.messages().peer_of(*where, format.member);
  if (format.shortened) {
    shown.push_back(peer);
    return shown;
  }
  if (has_minor) shown.push_back(id);
  shown.push_back(peer);
  shown.push_back(entry->date);
  if (format.has_subject()) shown.emplace_back(subject);
  shown.emplace_back(escaped_line_text(entry->text));
  const bool random = format.has(poll_mode::random_id) || by_cmid;
  if (format.has(poll_mode::attachments) || random)
    add_objects(state, *where, *entry, format, shown);
  if (random) {
    const bool own = entry->author == format.member && code != 5;
    shown.push_back(own ? std::int64_t{entry->random_id} : 0);
  }
  if (by_cmid) {
    shown.push_back(id);
    shown.push_back(entry->extra == nullptr ? 0 : entry->extra->update_time);
  }
  return shown;
}

std::optional<json::array> reaction_line(const world& state, const world_event& event,
                                         const line_format& format) {
  const auto* where = state.messages().find(event.conversation);
  const auto* entry = where == nullptr ? nullptr : where->find(event.cmid);
  if (entry == nullptr) return std::nullopt;
  const bool own = event.actor == format.member;
  const bool set = event.kind == event_kind::reaction_set;
  const int action = set ? (own ? 1 : 2) : (own ? 3 : 4);
  json::array shown{601, action, state.messages().peer_of(*where, format.member), event.cmid};
  if (action == 1) shown.push_back(event.details.at("reaction_id"));
  std::vector<std::int64_t> ids;
  if (entry->extra != nullptr)
    for (const auto& each : entry->extra->reactions)
      if (std::ranges::find(ids, each.id) == ids.end()) ids.push_back(each.id);
  shown.push_back(ids.size());
  for (const auto id : ids) {
    constexpr std::size_t most_users = 3;
    json::array users;
    std::int64_t count = 0;
    for (const auto& each : entry->extra->reactions) {
      if (each.id != id) continue;
      ++count;
      if (users.size() < most_users) users.push_back(each.member);
    }
    shown.push_back(3 + users.size());
    shown.push_back(id);
    shown.push_back(count);
    shown.push_back(users.size());
    for (auto& user : users) shown.push_back(std::move(user));
  }
  if (action == 2) {
    shown.push_back(1);
    shown.push_back(event.actor);
    shown.push_back(event.details.at("reaction_id"));
  }
  return shown;
}

}  // namespace vkxx::emulation::detail
