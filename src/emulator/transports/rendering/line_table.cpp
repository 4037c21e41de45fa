#include "emulator/transports/rendering/line_table.hpp"

#include <algorithm>
#include <array>

#include "emulator/transports/users/line_values.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

// What the writers of lines read.
struct line_view {
  const world& state;
  const user_line& line;
  const line_format& format;
  const conversation* where;

  [[nodiscard]] const world_event& event() const noexcept { return *line.event; }
  [[nodiscard]] std::int64_t peer() const noexcept {
    return where == nullptr ? 0 : state.messages().peer_of(*where, format.member);
  }
  [[nodiscard]] std::int64_t id() const noexcept {
    return where == nullptr ? 0 : state.messages().id_of(*where, format.member, event().cmid);
  }
  [[nodiscard]] std::int64_t seconds() const noexcept { return event().time_ms / 1000; }
};

using line_writer = std::optional<json::array> (*)(const line_view&, std::int64_t code);

std::optional<json::array> write_message(const line_view& seen, std::int64_t code) {
  return message_line(seen.state, seen.event(), code, seen.format);
}

std::optional<json::array> write_flags(const line_view& seen, std::int64_t code) {
  return json::array{code, seen.id(), seen.line.value, seen.peer()};
}

std::optional<json::array> write_flags_by_cmid(const line_view& seen, std::int64_t code) {
  return json::array{code, seen.event().cmid, seen.line.value, seen.peer()};
}

std::optional<json::array> write_read(const line_view& seen, std::int64_t code) {
  return json::array{code, seen.peer(), seen.id()};
}

std::optional<json::array> write_read_by_cmid(const line_view& seen, std::int64_t code) {
  json::array shown{code, seen.peer(), seen.event().cmid};
  const auto* view = seen.where == nullptr ? nullptr : seen.where->view_of(seen.format.member);
  if (!seen.format.shortened) shown.push_back(view == nullptr ? 0 : view->unread);
  return shown;
}

std::optional<json::array> write_place_by_cmid(const line_view& seen, std::int64_t code) {
  return json::array{code, seen.peer(), seen.event().cmid};
}

std::optional<json::array> write_chat(const line_view& seen, std::int64_t code) {
  json::array shown{code, seen.peer() - first_chat_peer};
  if (!seen.format.by_cmid()) shown.push_back(seen.event().actor == seen.format.member ? 1 : 0);
  return shown;
}

std::optional<json::array> write_chat_info(const line_view& seen, std::int64_t code) {
  const bool keyboard = seen.line.value == chat_info_type::keyboard;
  return json::array{code, seen.line.value, seen.peer(), keyboard ? seen.peer() : seen.line.info};
}

std::optional<json::array> write_conversation_flags(const line_view& seen, std::int64_t code) {
  // The flags above 2 are those of version 19.
  if (!seen.format.by_cmid() && seen.line.value > 2) return std::nullopt;
  return json::array{code, seen.peer(), seen.line.value};
}

std::optional<json::array> write_typing(const line_view& seen, std::int64_t) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 6> codes{{{"typing", 63},
                                                                            {"audiomessage", 64},
                                                                            {"photo", 65},
                                                                            {"video", 66},
                                                                            {"file", 67},
                                                                            {"videomessage", 68}}};
  const auto& type = seen.event().details.at("type").as_string();
  const auto actor = seen.event().actor;
  const auto chat = seen.where != nullptr && seen.where->is_chat();
  if (!seen.format.by_cmid() && type == "typing") {
    if (chat) return json::array{62, actor, seen.peer() - first_chat_peer};
    return json::array{61, actor, 1};
  }
  for (const auto& [name, code] : codes)
    if (type == json::string_view{name.data(), name.size()})
      return json::array{code, seen.peer(), json::array{actor}, 1, seen.seconds()};
  return std::nullopt;
}

std::optional<json::array> write_counter(const line_view& seen, std::int64_t code) {
  return json::array{code, seen.line.value, 0};
}

std::optional<json::array> write_counters(const line_view& seen, std::int64_t code) {
  const auto count = seen.line.value;
  return json::array{code, count, count, 0, 0, count, count, 0, 0, 0};
}

std::optional<json::array> write_writing_ban(const line_view& seen, std::int64_t code) {
  const auto until = seen.line.info;
  if (until == 0) return json::array{code, 2, seen.peer(), seen.line.value};
  const auto rest = until < 0 ? until : std::max<std::int64_t>(0, until - seen.seconds());
  return json::array{code, 1, seen.peer(), seen.line.value, rest, until};
}

std::optional<json::array> write_press_answer(const line_view& seen, std::int64_t code) {
  if (!seen.format.has(poll_mode::extended)) return std::nullopt;
  const auto& details = seen.event().details;
  json::object shown;
  shown["owner_id"] = seen.event().actor;
  shown["peer_id"] = seen.peer();
  shown["event_id"] = details.at("event_id");
  if (!details.at("event_data").is_null()) shown["action"] = details.at("event_data");
  json::array result{code};
  result.push_back(std::move(shown));
  return result;
}

std::optional<json::array> write_reaction(const line_view& seen, std::int64_t) {
  return reaction_line(seen.state, seen.event(), seen.format);
}

struct line_row {
  line_kind kind;
  std::int64_t code;  ///< In version 3; 0: it has no such event.
  line_writer write;
  std::int64_t code_by_cmid;  ///< In version 19.
  line_writer write_by_cmid;
};

constexpr std::array line_rows{
    line_row{line_kind::message_added, 4, write_message, 10'004, write_message},
    line_row{line_kind::message_edited, 5, write_message, 10'005, write_message},
    line_row{line_kind::flags_set, 2, write_flags, 10'002, write_flags_by_cmid},
    line_row{line_kind::flags_cleared, 3, write_flags, 10'003, write_flags_by_cmid},
    line_row{line_kind::message_restored, 3, write_flags, 10'003, write_message},
    line_row{line_kind::read_in, 6, write_read, 10'006, write_read_by_cmid},
    line_row{line_kind::read_out, 7, write_read, 10'007, write_read_by_cmid},
    line_row{line_kind::history_deleted, 13, write_read, 10'013, write_place_by_cmid},
    line_row{line_kind::chat_changed, 51, write_chat, 51, write_chat},
    line_row{line_kind::chat_info, 52, write_chat_info, 52, write_chat_info},
    line_row{line_kind::conversation_flags_set, 12, write_conversation_flags, 12,
             write_conversation_flags},
    line_row{line_kind::conversation_flags_cleared, 10, write_conversation_flags, 10,
             write_conversation_flags},
    line_row{line_kind::typing, 61, write_typing, 63, write_typing},
    line_row{line_kind::unread_counter, 80, write_counter, 80, write_counters},
    line_row{line_kind::writing_ban, 0, nullptr, 91, write_writing_ban},
    line_row{line_kind::press_answered, 119, write_press_answer, 119, write_press_answer},
    line_row{line_kind::reaction, 0, nullptr, 601, write_reaction},
};

}  // namespace

std::optional<json::array> render_line(const world& state, const user_line& line,
                                       const line_format& format) {
  const auto* row = std::ranges::find(line_rows, line.kind, &line_row::kind);
  if (row == line_rows.end()) return std::nullopt;
  const line_view seen{state, line, format, state.messages().find(line.event->conversation)};
  if (format.by_cmid()) return row->write_by_cmid(seen, row->code_by_cmid);
  return row->write == nullptr ? std::nullopt : row->write(seen, row->code);
}

}  // namespace vkxx::emulation::detail
