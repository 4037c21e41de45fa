// messages.getLongPollServer, getLongPollHistory.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "emulator/methods/mailbox/account_gatherer.hpp"
#include "emulator/methods/mailbox/conversation_shapes.hpp"
#include "emulator/methods/mailbox/message_shapes.hpp"
#include "emulator/methods/messages/message_rows.hpp"
#include "emulator/methods/transports/transport_methods.hpp"
#include "emulator/transports/rendering/line_table.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::int64_t newest_lp_version = 19;

// Clients put https:// before an address without a scheme, as VK's was for years.
std::string mailbox_server(std::string_view base_url, std::int64_t member) {
  constexpr std::string_view secure = "https://";
  if (base_url.starts_with(secure)) base_url.remove_prefix(secure.size());
  return std::string{base_url} + "/nim" + std::to_string(member);
}

json::value get_mailbox_server(const method_call& request) {
  const auto member = acting_member(request);
  const auto version = request.integer("lp_version", 0);
  if (version < 0 || version > newest_lp_version) throw bad_parameter("lp_version is invalid");
  const auto& log = request.transports().log(member);
  json::object shown;
  shown["key"] = log.key.current();
  shown["server"] = mailbox_server(request.base_url, member);
  shown["ts"] = log.ts();
  if (request.flag("need_pts")) shown["pts"] = log.pts();
  return shown;
}

// The lines of the history, and what they name.
struct history_page {
  json::array lines;
  std::set<std::pair<conversation_id, std::uint32_t>> messages;
  std::set<conversation_id> conversations;
  std::int64_t last_pts = 0;
  bool more = false;
};

bool names_message(line_kind kind) noexcept {
  return kind == line_kind::message_added || kind == line_kind::message_edited ||
         kind == line_kind::message_restored;
}

history_page read_history(const method_call& request, const user_log& log, std::int64_t pts) {
  const line_format format{log.member(), request.integer("lp_version", 3), 0, true};
  const auto most_lines =
      static_cast<std::size_t>(request.integer("events_limit", 1000, 1, 10'000));
  const auto most_messages =
      static_cast<std::size_t>(request.integer("msgs_limit", 200, 1, 10'000));
  history_page page;
  page.last_pts = pts;
  for (const auto& entry : log.entries()) {
    if (entry.pts <= pts) continue;
    const bool full = page.lines.size() >= most_lines || page.messages.size() >= most_messages;
    if (full) {
      page.more = true;
      break;
    }
    page.last_pts = entry.pts;
    const auto& event = *entry.line.event;
    if (auto line = render_line(request.state, entry.line, format))
      page.lines.emplace_back(std::move(*line));
    page.conversations.insert(event.conversation);
    if (names_message(entry.line.kind)) page.messages.insert({event.conversation, event.cmid});
  }
  return page;
}

json::value get_history(const method_call& request) {
  const auto member = acting_member(request);
  auto& log = request.transports().log(member);
  auto pts = request.integer("pts", 0);
  if (pts == 0) {
    // Only the lines of long poll still know their ts.
    const auto ts = request.integer("ts", 0);
    if (ts < log.oldest_ts() || ts > log.ts()) throw api_failure{api_errc{908}};
    pts = log.pts();
    for (const auto& entry : log.since(ts))
      if (entry.pts != 0) {
        pts = entry.pts - 1;
        break;
      }
  }
  if (pts > log.pts()) throw api_failure{api_errc{907}};
  if (pts < log.oldest_pts()) throw api_failure{api_errc{908}};
  const auto page = read_history(request, log, pts);
  account_gatherer accounts{request};
  accounts.always();
  json::array items;
  for (const auto& [id, cmid] : page.messages) {
    const auto seen = seen_by(*request.state.messages().find(id), member);
    const auto shown = message_by_cmid(seen, cmid);
    if (!shown) continue;
    items.push_back(
        message_object(request.state, *shown, request.base_url,
                       static_cast<std::size_t>(request.integer("preview_length", 0, 0))));
    accounts.add(*shown->entry);
  }
  json::array conversations;
  for (const auto id : page.conversations) {
    const auto seen = seen_by(*request.state.messages().find(id), member);
    if (seen.view == nullptr) continue;
    conversations.push_back(conversation_object(request, seen));
    accounts.add(seen);
  }
  json::object shown;
  shown["history"] = page.lines;
  shown["messages"] = json::object{{"count", items.size()}, {"items", items}};
  shown["conversations"] = std::move(conversations);
  shown["new_pts"] = page.last_pts;
  shown["from_pts"] = pts;
  if (page.more) shown["more"] = true;
  accounts.show(shown);
  return shown;
}

}  // namespace

void add_message_long_poll(method_table& table) {
  add_rows(table, {{"messages.getLongPollServer", get_mailbox_server},
                   {"messages.getLongPollHistory", get_history}});
}

}  // namespace vkxx::emulation::detail
