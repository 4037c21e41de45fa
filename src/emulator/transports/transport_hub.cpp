#include "emulator/transports/transport_hub.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "emulator/transports/rendering/community_table.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t key_length = 40;
constexpr std::size_t event_id_length = 40;

std::string quoted(std::string_view text) {
  return json::serialize(json::string{text});
}

const std::string& deprecation_warning() {
  static const std::string object =
      R"({"warning":"You are using a deprecated API version. Please, update it in the settings of the community."})";
  return object;
}

// The event as both transports send it, without the closing brace.
std::string envelope(std::string_view type, const std::string& object, std::int64_t community,
                     std::string_view event_id, api_version version) {
  std::string text = R"({"type":)" + quoted(type);
  text.append(R"(,"event_id":")").append(event_id);
  text.append(R"(","v":")").append(to_string(version));
  text.append(R"(","object":)").append(object);
  text.append(R"(,"group_id":)").append(std::to_string(community));
  return text;
}

std::string with_secret(std::string text, const callback_server& server) {
  auto secret = server.secret;
  if (server.switches.wrong_secret) secret += "-wrong";
  if (!secret.empty()) text.append(R"(,"secret":)").append(quoted(secret));
  return text + '}';
}

// Which transports an injected event goes to; both if it does not say.
bool goes_to(const world_event& event, std::string_view transport) {
  const auto* listed = event.details.if_contains("transports");
  const auto* names = listed == nullptr ? nullptr : listed->if_array();
  if (names == nullptr) return true;
  return std::ranges::any_of(*names, [&](const json::value& name) {
    const auto* text = name.if_string();
    return text != nullptr && std::string_view{*text} == transport;
  });
}

}  // namespace

transport_hub::transport_hub(world& state, std::uint64_t seed)
    : state_{state}, random_{seed + 5}, outbox_{seed + 6}, streams_{state, seed + 7} {
  state_.observe([this](const world_event& event) { on_event(event); });
}

std::string transport_hub::channel_of(std::int64_t community) {
  return "whp/" + std::to_string(community);
}

std::string transport_hub::channel_of_log(std::int64_t member) {
  return "nim/" + std::to_string(member);
}

community_channel& transport_hub::channel(std::int64_t community) {
  const auto found = channels_.find(community);
  if (found != channels_.end()) return found->second;
  // A key per community, whatever the order in which they are first used.
  return channels_.try_emplace(community, random_.hex(key_length)).first->second;
}

user_log* transport_hub::find_log(std::int64_t member) noexcept {
  const auto found = logs_.find(member);
  return found == logs_.end() ? nullptr : &found->second;
}

user_log& transport_hub::log(std::int64_t member) {
  if (auto* found = find_log(member)) return *found;
  // Another mailbox has to ask for a server again.
  if (logs_.size() >= most_logs_) logs_.erase(logs_.begin());
  const auto* box = state_.messages().box(member);
  const auto unread = box == nullptr ? 0 : std::int64_t{box->unread_conversations};
  return logs_.try_emplace(member, member, random_.hex(key_length), unread).first->second;
}

// Who never polls gets nothing by long poll.
std::string transport_hub::undelivered(std::int64_t community) const {
  for (const auto& [id, poll] : channels_)
    if ((community == 0 || id == community) && poll.taken && *poll.taken < poll.ring.last())
      return "community " + std::to_string(id) + " has events that no poll has got";
  for (const auto& [member, log] : logs_)
    if ((community == 0 || member == -community) && log.taken && *log.taken < log.ts())
      return "the mailbox of " + std::to_string(member) + " has events that no poll has got";
  const auto waiting = community == 0 ? outbox_.pending() : outbox_.pending(community);
  if (waiting != 0) return std::to_string(waiting) + " requests of the Callback API are under way";
  return {};
}

bool transport_hub::has_program(std::int64_t community) const {
  const auto channel = channels_.find(community);
  if (channel != channels_.end() && channel->second.taken) return true;
  const auto log = logs_.find(-community);
  if (log != logs_.end() && log->second.taken) return true;
  return std::ranges::any_of(outbox_.servers(community), [](const auto* server) {
    return server->status == server_status::ok;
  });
}

void transport_hub::expire_key(std::int64_t community) {
  channel(community).key.expire(random_.hex(key_length));
  wake(channel_of(community));
}

void transport_hub::forget(std::int64_t community) {
  auto& poll = channel(community);
  poll.key.forget(random_.hex(key_length));
  poll.ring.lose();
  wake(channel_of(community));
}

void transport_hub::lose_history(std::int64_t community) {
  channel(community).ring.lose();
  wake(channel_of(community));
}

void transport_hub::add_fault(std::int64_t community, const poll_fault& fault) {
  channel(community).faults.add(fault);
  wake(channel_of(community));
}

void transport_hub::expire_key_of_log(std::int64_t member) {
  log(member).key.expire(random_.hex(key_length));
  wake(channel_of_log(member));
}

void transport_hub::forget_log(std::int64_t member) {
  log(member).forget(random_.hex(key_length));
  wake(channel_of_log(member));
}

void transport_hub::lose_history_of_log(std::int64_t member) {
  log(member).lose_history();
  wake(channel_of_log(member));
}

void transport_hub::add_fault_to_log(std::int64_t member, const poll_fault& fault) {
  log(member).faults.add(fault);
  wake(channel_of_log(member));
}

void transport_hub::on_event(const world_event& event) {
  if (event.kind == event_kind::raw_event) {
    report_raw(event);
    return;
  }
  for (const auto community : concerned_communities(state_, event))
    report_to_community(event, community);
  report_to_members(event);
  streams_.on_event(event);
}

void transport_hub::report_to_members(const world_event& event) {
  if (logs_.empty()) return;
  std::shared_ptr<const world_event> kept;
  for (const auto member : concerned_members(state_, event)) {
    auto* log = find_log(member);
    if (log == nullptr) continue;
    if (kept == nullptr) kept = std::make_shared<const world_event>(event);
    if (log->add(state_, kept)) wake(channel_of_log(member));
  }
}

void transport_hub::report_raw(const world_event& event) {
  const auto community = -event.subject;
  const auto* type = event.details.if_contains("type");
  if (state_.find_community(community) == nullptr || type == nullptr || !type->is_string()) return;
  const auto* object = event.details.if_contains("object");
  const auto text = object == nullptr ? std::string{"null"} : json::serialize(*object);
  deliver(
      community, type->get_string(), event.time_ms,
      [&text](api_version) -> const std::string* { return &text; }, goes_to(event, "long_poll"),
      goes_to(event, "callback"));
}

void transport_hub::report_to_community(const world_event& event, std::int64_t community) {
  const community_view seen{state_, event, community};
  // Written once for all transports that have the same row.
  std::map<const community_row*, std::optional<std::string>> written;
  const auto object_of = [&](const community_row* row) -> const std::string* {
    const auto known = written.find(row);
    if (known != written.end()) return known->second ? &*known->second : nullptr;
    auto& text = written[row];
    if (const auto object = row->write(seen)) text = json::serialize(*object);
    return text ? &*text : nullptr;
  };
  for (const auto* newest : rows_of(event.kind, newest_version)) {
    const auto type = newest->type;
    deliver(
        community, type, event.time_ms,
        [&](api_version version) -> const std::string* {
          for (const auto* row : rows_of(event.kind, version))
            if (row->type == type) return object_of(row);
          return nullptr;
        },
        true, true);
  }
}

void transport_hub::deliver(std::int64_t community, std::string_view type, std::int64_t time_ms,
                            const std::function<const std::string*(api_version)>& object_in,
                            bool long_poll, bool callbacks) {
  auto& poll = channel(community);
  const auto index = event_index(type);
  const bool polled = long_poll && poll.settings.wants(type) &&
                      (!index || community_event_types()[*index].in_long_poll);
  std::string event_id;
  // The text of the event for one transport; empty: it does not concern the community.
  const auto text_in = [&](api_version version) -> std::string {
    const auto* object = object_in(version);
    if (object == nullptr) return {};
    if (event_id.empty()) event_id = random_.hex(event_id_length);
    const auto& shown = version < oldest_version ? deprecation_warning() : *object;
    return envelope(type, shown, community, event_id, version);
  };
  if (polled) {
    if (auto text = text_in(poll.settings.version); !text.empty()) {
      const auto number = poll.ring.push(std::move(text) + '}', time_ms);
      budget_.added(poll.ring, number);
      wake(channel_of(community));
    }
  }
  if (!callbacks) return;
  bool queued = false;
  for (const auto* server : outbox_.servers(community)) {
    if (server->status != server_status::ok || !server->settings.wants(type)) continue;
    auto text = text_in(server->settings.version);
    if (text.empty()) continue;
    outbox_.enqueue(server->id, {std::string{type}, event_id, with_secret(text, *server)});
    queued = true;
  }
  if (queued) callbacks_changed();
}

}  // namespace vkxx::emulation::detail
