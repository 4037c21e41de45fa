#include "emulator/transcript/transcript.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "core/text/number.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

json::value json_value_of(const std::string& text) {
  boost::system::error_code failure;
  auto value = json::parse(text, failure);
  return failure ? json::value(text) : value;
}

class transcript_writer {
 public:
  transcript_writer(const world& state, std::uint64_t since)
      : state_{state}, events_{state.events().since(since)} {
    for (const auto& event : events_)
      if (event.kind == event_kind::message_edited) ++edits_[place_of(event)];
  }

  transcript write() {
    for (auto at = events_.begin(); at != events_.end(); ++at)
      if (!leads_to_message(at)) add(*at);
    return std::move(result_);
  }

 private:
  using place = std::pair<conversation_id, std::uint32_t>;
  using iterator = event_log::iterator;

  static place place_of(const world_event& event) { return {event.conversation, event.cmid}; }

  // Writing reads what is above and allows messages: the line of the message says it all.
  [[nodiscard]] bool leads_to_message(iterator at) const {
    if (at->kind != event_kind::read && at->kind != event_kind::allowed) return false;
    for (auto next = std::next(at); next != events_.end() && std::distance(at, next) < 4; ++next) {
      if (next->actor != at->actor || next->time_ms != at->time_ms) return false;
      if (next->kind == event_kind::message_sent) return true;
    }
    return false;
  }

  std::string name_of(const place& message) {
    const auto [found, fresh] = names_.try_emplace(message);
    if (fresh) {
      found->second = "m" + std::to_string(names_.size());
      result_.messages[found->second] = {message.first, message.second};
    }
    return found->second;
  }
  std::string press_name(std::string_view event_id) {
    const auto [found, fresh] = presses_.try_emplace(std::string{event_id});
    if (fresh) found->second = "p" + std::to_string(presses_.size());
    return found->second;
  }
  // Ids of uploads differ in each run.
  [[nodiscard]] json::array attachments_of(const std::string& list, std::int64_t author) const {
    json::array shown;
    for (const auto item : attachment_list(list)) {
      const auto name = read_attachment(item);
      if (author < 0 && name)
        shown.emplace_back(name->kind);
      else
        shown.emplace_back(item);
    }
    return shown;
  }

  json::object& begin(const world_event& event, std::string_view action) {
    if (result_.lines.empty()) first_ms_ = event.time_ms;
    json::object line{{"at_ms", event.time_ms - first_ms_},
                      {"who", transcript_name(event.actor)},
                      {"does", action}};
    if (const auto* where = state_.messages().find(event.conversation))
      line["to"] = where->is_chat() ? chat_name(event.conversation)
                                    : transcript_name(where->other(event.actor));
    return result_.lines.emplace_back(std::move(line));
  }
  // Each conversation is looked at once, whatever the number of events.
  [[nodiscard]] std::string chat_name(conversation_id id) {
    for (; counted_ <= id; ++counted_)
      if (state_.messages().find(counted_)->is_chat())
        chat_numbers_.emplace(counted_, chat_numbers_.size() + 1);
    return "chat " + std::to_string(chat_numbers_.at(id));
  }

  void add(const world_event& event);
  bool add_messages(const world_event& event);
  void add_others(const world_event& event);
  void add_said(const world_event& event, json::object& line);
  void add_content(const message& entry, json::object& line);
  void add_press(const world_event& event);
  void add_wall(const world_event& event, std::string_view action);

  static void copy(const world_event& event, std::string_view name, json::object& line) {
    const auto* value = event.details.if_contains(name);
    if (value != nullptr && !value->is_null()) line[name] = *value;
  }

  const world& state_;
  std::ranges::subrange<iterator> events_;
  std::map<place, std::uint32_t> edits_;
  std::map<place, std::string> names_;
  std::map<std::string, std::string, std::less<>> presses_;
  std::unordered_map<conversation_id, std::size_t> chat_numbers_;
  conversation_id counted_ = 0;  // Conversations whose chats have a number.
  std::int64_t first_ms_ = 0;
  transcript result_;
};

// What the message said then: the later edits are known.
void transcript_writer::add_said(const world_event& event, json::object& line) {
  const auto* where = state_.messages().find(event.conversation);
  const auto* entry = where == nullptr ? nullptr : where->find(event.cmid);
  line["message"] = name_of(place_of(event));
  if (entry == nullptr) return;
  const auto left = edits_[place_of(event)];
  if (left == 0) {
    add_content(*entry, line);
    return;
  }
  const auto& former =
      entry->extra == nullptr ? std::vector<std::string>{} : entry->extra->former_texts;
  if (left <= former.size()) line["text"] = former[former.size() - left];
}

void transcript_writer::add_content(const message& entry, json::object& line) {
  line["text"] = entry.text;
  const auto* extra = entry.extra.get();
  if (extra == nullptr) return;
  if (!extra->payload.empty()) line["payload"] = json_value_of(extra->payload);
  if (!extra->attachments.empty())
    line["attachments"] = attachments_of(extra->attachments, entry.author);
  if (!extra->keyboard.empty()) line["keyboard"] = json_value_of(extra->keyboard);
  if (!extra->carousel.empty()) line["template"] = json_value_of(extra->carousel);
  if (!extra->format.empty()) line["format"] = json_value_of(extra->format);
  if (!extra->geo.empty()) {
    const auto geo = json_value_of(extra->geo);
    if (const auto* members = geo.if_object();
        members != nullptr && members->contains("coordinates"))
      line["geo"] = members->at("coordinates");
  }
  if (extra->sticker != 0) line["sticker"] = extra->sticker;
  if (extra->reply != nullptr)
    line["reply_to"] = name_of({extra->reply->conversation, extra->reply->cmid});
  json::array forwarded;
  for (const auto& taken : extra->forwards)
    forwarded.emplace_back(name_of({taken->conversation, taken->cmid}));
  if (!forwarded.empty()) line["forward"] = std::move(forwarded);
}

void transcript_writer::add_press(const world_event& event) {
  auto& line = begin(event, "press");
  if (event.cmid != 0) line["message"] = name_of(place_of(event));
  for (const auto* name : {"type", "label", "row", "column"}) copy(event, name, line);
  const auto* id = event.details.if_contains("event_id");
  if (id != nullptr && id->is_string()) line["press"] = press_name(id->get_string());
}

void transcript_writer::add_wall(const world_event& event, std::string_view action) {
  auto& line = begin(event, action);
  line["wall"] = transcript_name(event.subject);
  const auto* post = event.details.if_contains("post_id");
  const auto* comment = event.details.if_contains("comment_id");
  const auto* found = post == nullptr || !post->is_int64()
                          ? nullptr
                          : state_.walls().find_any(event.subject, post->get_int64());
  if (found == nullptr) return;
  if (comment == nullptr || !comment->is_int64()) {
    line["text"] = found->text;
  } else if (const auto* shown = found->find_comment(comment->get_int64())) {
    line["text"] = shown->text;
  }
}

bool transcript_writer::add_messages(const world_event& event) {
  switch (event.kind) {
    case event_kind::message_sent: {
      // A service message follows from another line, a pressed button's from the press.
      const bool follows = event.cause.kind == cause_kind::event && event.actor > 0;
      if (event.details.contains("action") || follows)
        static_cast<void>(name_of(place_of(event)));
      else
        add_said(event, begin(event, "say"));
      return true;
    }
    case event_kind::message_edited:
      --edits_[place_of(event)];
      add_said(event, begin(event, "edit"));
      return true;
    case event_kind::message_deleted: {
      if (event.details.contains("conversation")) return true;
      auto& line = begin(event, "delete");
      line["message"] = name_of(place_of(event));
      copy(event, "for_all", line);
      return true;
    }
    case event_kind::reaction_set:
    case event_kind::reaction_removed: {
      auto& line = begin(event, "react");
      line["message"] = name_of(place_of(event));
      line["reaction_id"] = 0;
      if (event.kind == event_kind::reaction_set) copy(event, "reaction_id", line);
      return true;
    }
    case event_kind::pressed:
      add_press(event);
      return true;
    case event_kind::press_answered: {
      auto& line = begin(event, "answer");
      const auto* id = event.details.if_contains("event_id");
      if (id != nullptr && id->is_string()) line["press"] = press_name(id->get_string());
      copy(event, "event_data", line);
      return true;
    }
    default:
      return false;
  }
}

void transcript_writer::add_others(const world_event& event) {
  switch (event.kind) {
    case event_kind::read:
      begin(event, "read");
      return;
    case event_kind::typing:
      copy(event, "type", begin(event, "type"));
      return;
    case event_kind::allowed:
    case event_kind::denied:
      begin(event, event.kind == event_kind::allowed ? "allow" : "deny")["community"] =
          transcript_name(event.subject);
      return;
    case event_kind::joined_community:
    case event_kind::left_community:
      begin(event, event.kind == event_kind::joined_community ? "join" : "leave")["community"] =
          transcript_name(event.subject);
      return;
    case event_kind::member_joined:
      if (event.actor == event.subject)
        begin(event, "join");
      else
        begin(event, "invite")["member"] = transcript_name(event.subject);
      return;
    case event_kind::member_left:
      begin(event, "leave");
      return;
    case event_kind::member_kicked:
      begin(event, "kick")["member"] = transcript_name(event.subject);
      return;
    case event_kind::pinned:
      begin(event, "pin")["message"] = name_of(place_of(event));
      return;
    case event_kind::unpinned:
      begin(event, "unpin");
      return;
    case event_kind::chat_changed: {
      auto& line = begin(event, "change");
      line["details"] = event.details;
      return;
    }
    case event_kind::post:
      return add_wall(event, "publish");
    case event_kind::comment:
      return add_wall(event, "comment");
    case event_kind::like:
    case event_kind::unlike:
      return add_wall(event, event.kind == event_kind::like ? "like" : "unlike");
    case event_kind::raw_event: {
      auto& line = begin(event, "inject");
      line["who"] = "emulator";
      line["to"] = transcript_name(event.subject);
      for (const auto* name : {"type", "object", "transports"}) copy(event, name, line);
      return;
    }
    default:
      return;
  }
}

void transcript_writer::add(const world_event& event) {
  if (!add_messages(event)) add_others(event);
}

}  // namespace

transcript transcript_since(const world& state, std::uint64_t number) {
  return transcript_writer{state, number}.write();
}

std::string transcript_name(std::int64_t member) {
  return member > 0 ? "user " + std::to_string(member) : "community " + std::to_string(-member);
}

std::int64_t transcript_member(std::string_view name) noexcept {
  const bool user = name.starts_with("user ");
  if (!user && !name.starts_with("community ")) return 0;
  const auto number = vkxx::detail::parse_number<std::int64_t>(name.substr(name.find(' ') + 1));
  if (!number || *number <= 0) return 0;
  return user ? *number : -*number;
}

conversation_id transcript_chat(const world& state, std::string_view name) noexcept {
  constexpr std::string_view prefix = "chat ";
  if (!name.starts_with(prefix)) return no_conversation;
  auto number = vkxx::detail::parse_number<std::uint32_t>(name.substr(prefix.size())).value_or(0);
  for (conversation_id id = 0; number != 0 && id < state.messages().conversations(); ++id)
    if (state.messages().find(id)->is_chat() && --number == 0) return id;
  return no_conversation;
}

}  // namespace vkxx::emulation::detail
