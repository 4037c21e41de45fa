// messages.search, searchConversations, getHistoryAttachments, getImportantMessages.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "core/text/message_text.hpp"
#include "emulator/methods/attachment_shapes.hpp"
#include "emulator/methods/mailbox/account_gatherer.hpp"
#include "emulator/methods/mailbox/conversation_shapes.hpp"
#include "emulator/methods/mailbox/message_shapes.hpp"
#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::folded;
namespace {

namespace json = boost::json;

// The newest messages that a search reads: it holds the lock of the world.
constexpr std::size_t longest_search = 50'000;
constexpr std::size_t longest_message_query = 1000;

// Newest first; stops when `take` returns false.
void walk_newest(const method_call& request, std::int64_t member, const seen_conversation* only,
                 const std::function<bool(const seen_message&)>& take) {
  std::size_t steps = 0;
  if (only != nullptr) {
    if (only->view == nullptr) return;
    const auto& copies = only->view->copies;
    for (auto i = copies.size(); i > 0 && steps < longest_search; --i, ++steps) {
      const auto& copy = copies[i - 1];
      const auto* entry = only->where->visible(copy);
      if (entry != nullptr && !take({*only, entry, &copy})) return;
    }
    return;
  }
  const auto* own = request.state.messages().box(member);
  if (own == nullptr) return;
  for (auto i = own->copies.size(); i > 0 && steps < longest_search; --i, ++steps) {
    const auto place = own->copies[i - 1];
    const auto* where = request.state.messages().find(place.conversation);
    if (where == nullptr) continue;
    const auto shown = message_by_cmid(seen_by(*where, member), place.cmid);
    if (shown && !take(*shown)) return;
  }
}

// A page of messages, with the conversations that they are of.
struct page_of_messages {
  explicit page_of_messages(const method_call& call)
      : request{call},
        accounts{call},
        first{call.integer("offset", 0, 0, farthest_offset)},
        last{first + call.integer("count", 20, 0, 200)},
        preview{static_cast<std::size_t>(call.integer("preview_length", 0, 0))} {}

  void add(const seen_message& shown) {
    const auto index = count++;
    if (index < first || index >= last) return;
    items.push_back(message_object(request.state, shown, request.base_url, preview));
    accounts.add(*shown.entry);
    accounts.add(shown.seen);
    if (request.flag("extended") && seen.insert(shown.seen.where->id).second)
      conversations.push_back(conversation_object(request, shown.seen));
  }
  [[nodiscard]] json::object list() {
    json::object answer;
    answer["count"] = count;
    answer["items"] = std::move(items);
    return answer;
  }
  void show_accounts(json::object& answer) {
    accounts.show(answer);
    if (request.flag("extended")) answer["conversations"] = std::move(conversations);
  }

  const method_call& request;
  account_gatherer accounts;
  std::int64_t first;
  std::int64_t last;
  std::size_t preview;
  std::int64_t count = 0;
  json::array items;
  json::array conversations;
  std::set<conversation_id> seen;
};

// The end of a day `DDMMYYYY` as Unix time.
std::int64_t end_of_day(std::int64_t date) {
  const std::chrono::year_month_day last_day{
      std::chrono::year{static_cast<int>(date % 10'000)},
      std::chrono::month{static_cast<unsigned>(date / 10'000 % 100)},
      std::chrono::day{static_cast<unsigned>(date / 1'000'000)}};
  if (!last_day.ok()) throw bad_parameter("date is invalid");
  return (std::chrono::sys_days{last_day} + std::chrono::days{1}).time_since_epoch().count() *
         86'400;
}

std::string query_of(const method_call& request) {
  const auto query = request.text("q");
  if (query.size() > longest_message_query) throw bad_parameter("q is too long");
  return folded(query);
}

json::value search_messages(const method_call& request) {
  const auto member = acting_member(request);
  const auto query = query_of(request);
  if (query.empty() && !request.given("date")) throw bad_parameter("q is undefined");
  const auto date = request.integer("date", 0, 0, 99'999'999);
  const auto until = date == 0 ? std::numeric_limits<std::int64_t>::max() : end_of_day(date);
  std::optional<seen_conversation> only;
  if (request.given("peer_id"))
    only = conversation_at(request, member, request.integer("peer_id", 0));
  if (only && is_half_blind(*only)) throw api_failure{api_errc{917}};
  page_of_messages page{request};
  walk_newest(request, member, only ? &*only : nullptr, [&](const seen_message& shown) {
    if (shown.entry->date < until && folded(shown.entry->text).find(query) != std::string::npos)
      page.add(shown);
    return true;
  });
  auto answer = page.list();
  page.show_accounts(answer);
  return answer;
}

json::value get_important_messages(const method_call& request) {
  const auto member = acting_member(request);
  page_of_messages page{request};
  const auto start = request.integer("start_message_id", 0, 0);
  walk_newest(request, member, nullptr, [&](const seen_message& shown) {
    if (shown.copy->important && (start == 0 || shown.copy->id <= start)) page.add(shown);
    return true;
  });
  json::object answer;
  answer["messages"] = page.list();
  page.show_accounts(answer);
  return answer;
}

std::string name_of(const method_call& request, const seen_conversation& seen) {
  if (seen.where->is_chat()) return seen.where->chat->title;
  const auto other = seen.where->other(seen.owner);
  if (const auto* who = request.state.find_person(other))
    return who->first_name.cyrillic + ' ' + who->last_name.cyrillic + ' ' + who->first_name.latin +
           ' ' + who->last_name.latin;
  const auto* group = request.state.find_community(-other);
  return group == nullptr ? std::string{} : group->name;
}

json::value search_conversations(const method_call& request) {
  const auto member = acting_member(request);
  const auto query = query_of(request);
  const auto most = request.integer("count", 20, 0, 255);
  account_gatherer accounts{request};
  json::array items;
  std::int64_t count = 0;
  if (const auto* own = request.state.messages().box(member)) {
    for (auto at = own->order.rbegin(); at != own->order.rend(); ++at) {
      const auto seen = seen_by(*request.state.messages().find(std::get<2>(*at)), member);
      if (folded(name_of(request, seen)).find(query) == std::string::npos) continue;
      if (count++ >= most) continue;
      items.push_back(conversation_object(request, seen));
      accounts.add(seen);
    }
  }
  json::object answer;
  answer["count"] = count;
  answer["items"] = std::move(items);
  accounts.show(answer);
  return answer;
}

// Whether an attachment has the wanted type; a voice message is `audio_message`.
bool has_type(const json::object& attachment, const std::vector<std::string>& types) {
  const std::string type{attachment.at("type").as_string()};
  return types.empty() || std::ranges::find(types, type) != types.end();
}

json::value get_history_attachments(const method_call& request) {
  const auto member = acting_member(request);
  auto types = request.list("attachment_types", 20);
  if (types.empty() && request.given("media_type")) types.emplace_back(request.text("media_type"));
  const auto seen = conversation_at(request, member, request.required_integer("peer_id"));
  if (is_half_blind(seen)) throw api_failure{api_errc{917}};
  const auto most = static_cast<std::size_t>(request.integer("count", 30, 1, 200));
  // `next_from` is the cmid and the number of the last one given: `17/2`.
  const auto cursor = request.text("start_from");
  const auto slash = std::min(cursor.find('/'), cursor.size());
  const auto from = whole_number(cursor.substr(0, slash)).value_or(request.integer("cmid", 0, 0));
  const auto behind =
      slash == cursor.size() ? -1 : whole_number(cursor.substr(slash + 1)).value_or(-1);
  account_gatherer accounts{request};
  json::array items;
  std::string next;
  walk_newest(request, member, &seen, [&](const seen_message& shown) {
    if (from != 0 && shown.copy->cmid > from) return true;
    if (shown.entry->extra == nullptr) return true;
    std::int64_t position = 0;
    for (auto& value : attachment_array(request.state, shown.entry->extra->attachments,
                                        shown.entry->date, request.base_url)) {
      const auto index = position++;
      if (from == shown.copy->cmid && index <= behind) continue;
      if (!has_type(value.as_object(), types)) continue;
      if (items.size() == most) return false;
      next = std::to_string(shown.copy->cmid) + '/' + std::to_string(index);
      items.push_back(json::object{{"message_id", shown.copy->id},
                                   {"cmid", shown.copy->cmid},
                                   {"date", shown.entry->date},
                                   {"from_id", shown.entry->author},
                                   {"position", index + 1},
                                   {"attachment", std::move(value)}});
      accounts.add(*shown.entry);
    }
    return true;
  });
  json::object answer;
  // A whole page may be the last one: then the next is empty.
  if (items.size() == most) answer["next_from"] = next;
  answer["items"] = std::move(items);
  accounts.show(answer);
  return answer;
}

}  // namespace

void add_searching(method_table& table) {
  add_rows(table, {{"messages.search", search_messages},
                   {"messages.searchConversations", search_conversations},
                   {"messages.getHistoryAttachments", get_history_attachments},
                   {"messages.getImportantMessages", get_important_messages}});
}

}  // namespace vkxx::emulation::detail
