// The feed: world events and recorded requests, as they come.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>
#include <vector>

#include "emulator/control/control_json.hpp"
#include "emulator/control/control_reply.hpp"
#include "emulator/control/feed/feed_json.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/encoding/utf8_repair.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::int64_t longest_feed_wait = 3600;
constexpr std::int64_t usual_feed_wait = 25;
constexpr std::size_t most_in_batch = 500;
constexpr std::size_t most_peers = 100;
constexpr std::size_t longest_parameter = 2000;

json::object peers_of(const world& state, const world_event& event) {
  json::object peers;
  const auto* where = state.messages().find(event.conversation);
  if (where == nullptr) return peers;
  const auto add = [&](std::int64_t member) {
    peers[std::to_string(member)] = state.messages().peer_of(*where, member);
  };
  if (!where->is_chat()) {
    add(where->first);
    add(where->second);
    return peers;
  }
  for (const auto& member : where->chat->roster) {
    if (peers.size() >= most_peers) break;
    if (member.state == member_state::in || member.id == event.actor || member.id == event.subject)
      add(member.id);
  }
  return peers;
}

void add_line(std::string& stream, const feed_position& reached, std::string_view name,
              const json::value& data) {
  stream.append("id: ").append(to_string(reached)).append("\nevent: ").append(name);
  stream.append("\ndata: ").append(json::serialize(data)).append("\n\n");
}

// A batch as server-sent events; the client asks again from the last id. Each event has the id of
// its own place: a connection that breaks in between loses and repeats nothing.
answer stream_of(const json::object& batch, feed_position reached, std::uint64_t first_request) {
  answer result;
  result.content_type = "text/event-stream; charset=utf-8";
  result.headers.emplace_back("Cache-Control", "no-store");
  result.body = "retry: 100\n\n";
  const auto end = std::exchange(reached.request, first_request);
  if (const auto& lost = batch.at("lost"); lost != 0)
    result.body += "event: lost\ndata: " + json::serialize(lost) + "\n\n";
  for (const auto& event : batch.at("events").as_array()) {
    reached.event = event.at("number").to_number<std::uint64_t>();
    add_line(result.body, reached, "world_event", event);
  }
  for (const auto& request : batch.at("requests").as_array()) {
    ++reached.request;
    add_line(result.body, reached, "request", request);
  }
  reached.request = end;
  result.body += "id: " + to_string(reached) + "\n\n";
  return result;
}

}  // namespace

json::object event_json(const world& state, const world_event& event) {
  json::object shown{{"number", event.number},
                     {"time", static_cast<double>(event.time_ms) / 1000},
                     {"kind", to_string(event.kind)},
                     {"actor", event.actor},
                     {"details", event.details}};
  if (event.cmid != 0) shown["cmid"] = event.cmid;
  if (event.subject != 0) shown["subject"] = event.subject;
  if (event.cause.kind != cause_kind::none)
    shown["cause"] = json::object{{to_string(event.cause.kind), event.cause.number}};
  auto peers = peers_of(state, event);
  if (event.kind == event_kind::message_sent) {
    const auto* where = state.messages().find(event.conversation);
    const auto* entry = where == nullptr ? nullptr : where->find(event.cmid);
    if (entry != nullptr) shown["text"] = utf8_front(entry->text, longest_parameter);
  }
  // Not all members of a large chat are named.
  if (peers.size() >= most_peers) shown["more_peers"] = true;
  if (!peers.empty()) shown["peers"] = std::move(peers);
  return shown;
}

json::object request_json(const recorded_request& request, time_point start, double time,
                          std::uint64_t cause) {
  auto shown = to_json(request, start).as_object();
  shown.erase("headers");
  shown.erase("time_ms");
  shown["time"] = time;
  if (cause != 0) shown["cause"] = json::object{{"event", cause}};
  for (auto& pair : shown["parameters"].as_array()) {
    auto& text = pair.as_array()[1].as_string();
    text.resize(utf8_front(text, longest_parameter).size());
  }
  return shown;
}

routed service::control_feed(const http_message& message) {
  const argument_list query{read_urlencoded(query_of(message.target))};
  const auto accepted = message.header("Accept").value_or("");
  const bool as_stream = accepted.find("text/event-stream") != std::string_view::npos;
  std::string since{query.find("since").value_or("")};
  if (const auto last_id = message.header("Last-Event-ID")) since = *last_id;
  const auto wait = whole_number(query.find("wait").value_or(std::to_string(usual_feed_wait)));
  if (!wait || *wait < 0 || *wait > longest_feed_wait)
    return complaint(400, "wait is 0 to 3600 seconds");
  const auto position = read_feed_position(since);
  if (*wait == 0) return *feed_batch(position, true, as_stream);
  pending_answer pending;
  pending.channel = feed_channel;
  pending.until = time_->now() + std::chrono::seconds{*wait};
  pending.attempt = [this, position, as_stream](bool last) {
    return feed_batch(position, last, as_stream);
  };
  return pending;
}

std::optional<answer> service::feed_batch(const feed_position& since, bool last,
                                          bool as_stream) const {
  std::unique_lock lock{mutex_};
  const auto epoch = unix_start_ * 1000 + static_cast<std::int64_t>(resets_ % 1000);
  const auto& log = stage_->state.events();
  auto from = since.epoch == epoch ? since : feed_position{};
  // A reader without a position begins with what is kept, which is not lost.
  const auto lost = from.epoch != 0 && log.dropped() > from.event ? log.dropped() - from.event : 0;
  const auto requests = stage_->record.since(from.request, most_in_batch);
  const bool nothing_new = from.epoch != 0 && log.last_number() <= from.event && requests.empty();
  if (nothing_new && !last) return std::nullopt;
  json::array events;
  for (const auto& event : log.since(from.event)) {
    if (events.size() >= most_in_batch) break;
    events.push_back(event_json(stage_->state, event));
    from.event = event.number;
  }
  const auto dropped_requests = stage_->record.added() - stage_->record.size();
  const auto first_request = std::max(from.request, dropped_requests);
  from.request = first_request + requests.size();
  std::vector<std::uint64_t> causes;
  for (const auto& request : requests) causes.push_back(stage_->causes.find(request->number));
  lock.unlock();
  from.epoch = epoch;
  json::array shown;
  for (std::size_t i = 0; i < requests.size(); ++i)
    shown.push_back(request_json(
        *requests[i], start_, static_cast<double>(unix_ms(requests[i]->time)) / 1000, causes[i]));
  json::object batch{{"epoch", epoch},
                     {"next", to_string(from)},
                     {"events", std::move(events)},
                     {"requests", std::move(shown)},
                     {"lost", lost},
                     {"clock", clock_state()}};
  if (as_stream) return stream_of(batch, from, first_request);
  return control_reply(batch);
}

}  // namespace vkxx::emulation::detail
