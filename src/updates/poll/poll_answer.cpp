#include "updates/poll/poll_answer.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <string_view>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include "core/json/json_members.hpp"
#include "updates/values/checked_json.hpp"

namespace vkxx::detail {
namespace {

// Codes whose second element is the number of a message.
bool names_message_id(std::int64_t code) noexcept {
  return code >= 1 && code <= 5;
}
bool names_cmid(std::int64_t code) noexcept {
  return code == 10002 || code == 10003 || code == 10004 || code == 10005 || code == 10018;
}

// The messages of a history, by their id, and by peer and number in the conversation.
class history_messages {
 public:
  explicit history_messages(std::string_view response) {
    for (const auto message : json_elements(json_part(json_part(response, "messages"), "items"))) {
      if (const auto id = integer_text(json_part(message, "id"))) by_id_.emplace(*id, message);
      const auto cmid = integer_text(json_part(message, "conversation_message_id"));
      const auto peer = integer_text(json_part(message, "peer_id"));
      if (cmid && peer) by_cmid_.emplace(std::pair{*peer, *cmid}, message);
    }
  }

  [[nodiscard]] std::string_view of(std::string_view line) const {
    const auto parts = json_elements(line);
    if (parts.size() < 2) return {};
    const auto code = integer_text(parts[0]);
    const auto number = integer_text(parts[1]);
    if (!code || !number) return {};
    if (names_message_id(*code)) return find(by_id_, *number);
    const auto peer = parts.size() > 3 ? integer_text(parts[3]) : std::nullopt;
    if (names_cmid(*code) && peer) return find(by_cmid_, std::pair{*peer, *number});
    return {};
  }

 private:
  template <class Map>
  static std::string_view find(const Map& map, const typename Map::key_type& key) {
    const auto found = map.find(key);
    return found == map.end() ? std::string_view{} : found->second;
  }

  std::map<std::int64_t, std::string_view> by_id_;
  std::map<std::pair<std::int64_t, std::int64_t>, std::string_view> by_cmid_;
};

// `json_part` of several members, in one pass over a long text.
template <std::size_t Count>
std::array<std::string_view, Count> json_parts(std::string_view object,
                                               const std::array<std::string_view, Count>& names) {
  std::array<std::string_view, Count> parts;
  const auto found = json_members(object, names);
  for (std::size_t i = 0; i != Count; ++i)
    if (found[i] && *found[i] != "null") parts[i] = *found[i];
  return parts;
}

}  // namespace

poll_answer read_poll_answer(std::string body) {
  poll_answer answer;
  const auto json = checked_json(std::move(body));
  if (!json || json->find_first_not_of(" \t\r\n") == std::string::npos ||
      (*json)[json->find_first_not_of(" \t\r\n")] != '{')
    return answer;
  answer.content = poll_content::broken;
  const auto [ts, pts, failed, updates] = json_parts<4>(*json, {"ts", "pts", "failed", "updates"});
  answer.ts = short_text(ts);
  answer.pts = integer_text(pts);
  if (!failed.empty()) {
    answer.content = poll_content::failed;
    answer.failed = integer_text(failed).value_or(0);
    answer.min_version = integer_text(json_part(*json, "min_version"));
    answer.max_version = integer_text(json_part(*json, "max_version"));
    return answer;
  }
  for (const auto element : json_elements(updates)) answer.updates.emplace_back(element);
  // Anything else in the place of the list may hold updates: the position must not pass them.
  const bool list = updates.empty() || updates.starts_with('[');
  if (answer.ts && list) answer.content = poll_content::updates;
  return answer;
}

std::optional<poll_history> read_poll_history(std::string_view response) {
  const auto lines = json_member(response, "history");
  if (!lines || !lines->starts_with('[')) return std::nullopt;
  poll_history history;
  history.new_pts = integer_text(json_part(response, "new_pts"));
  const auto more = json_part(response, "more");
  history.more = more == "true" || more == "1" || more == "\"1\"";
  const history_messages messages{response};
  for (const auto line : json_elements(*lines))
    history.items.push_back({std::string{line}, std::string{messages.of(line)}});
  return history;
}

update_data read_community_update(std::string_view json) {
  update_data data;
  data.object = json;
  if (!json.starts_with('{')) return data;
  const auto [type, object, event_id, version, community] =
      json_parts<5>(json, {"type", "object", "event_id", "v", "group_id"});
  if (!type.starts_with('"')) return data;
  data.type = json_string_value(type);
  data.object = object;
  data.event_id = short_text(event_id).value_or("");
  data.version = short_text(version).value_or("");
  const auto group = integer_text(community);
  if (group) data.group = group_id{*group};
  return data;
}

update_data read_mailbox_update(std::string_view json, std::string_view details) {
  update_data data;
  data.origin = update_origin::user_long_poll;
  data.object = json;
  data.details = details;
  const auto parts = json_elements(json);
  const auto code = parts.empty() ? std::nullopt : integer_text(parts.front());
  if (code) data.type = "user:" + std::to_string(*code);
  return data;
}

}  // namespace vkxx::detail
