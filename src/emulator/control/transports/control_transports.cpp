// The part of the control API for long poll, callbacks and streams.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <initializer_list>
#include <limits>
#include <stdexcept>
#include <vector>

#include "emulator/control/control_reply.hpp"
#include "emulator/control/people/body_reader.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::int64_t longest_attempt_wait = 3600;

json::object server_shown(const callback_server& server) {
  json::object shown;
  shown["id"] = server.id;
  shown["url"] = server.url;
  shown["title"] = server.title;
  shown["status"] = to_string(server.status);
  shown["api_version"] = to_string(server.settings.version);
  shown["failures"] = server.failures;
  shown["hold"] = server.switches.hold;
  shown["duplicate"] = server.switches.duplicate;
  shown["wrong_secret"] = server.switches.wrong_secret;
  shown["padding"] = server.switches.padding;
  return shown;
}

json::object attempt_shown(const callback_attempt& attempt) {
  json::object shown;
  shown["number"] = attempt.number;
  shown["server"] = attempt.server;
  shown["time"] = static_cast<double>(attempt.sent_ms) / 1000;
  shown["took_ms"] = attempt.ended_ms - attempt.sent_ms;
  shown["type"] = attempt.type;
  shown["event_id"] = attempt.event_id;
  shown["retry"] = attempt.retry;
  shown["url"] = attempt.url;
  shown["request"] = attempt.request;
  shown["status"] = attempt.reply.status;
  shown["answer"] = attempt.reply.body;
  shown["failure"] = attempt.reply.failure;
  shown["verdict"] = to_string(attempt.verdict);
  return shown;
}

json::array attempts_shown(const callback_outbox& outbox, std::int64_t community,
                           std::uint64_t since) {
  json::array shown;
  for (const auto& attempt : outbox.attempts())
    if ((community == 0 || attempt->group == community) && attempt->number > since)
      shown.push_back(attempt_shown(*attempt));
  return shown;
}

json::object transports_shown(transport_hub& hub, std::int64_t community) {
  const auto& channel = hub.channel(community);
  json::object poll;
  poll["enabled"] = channel.settings.enabled;
  poll["api_version"] = to_string(channel.settings.version);
  poll["ts"] = channel.ring.last();
  poll["oldest_ts"] = channel.ring.oldest();
  poll["dropped"] = channel.ring.dropped();
  json::array off;
  std::size_t index = 0;
  for (const auto& type : community_event_types())
    if (!channel.settings.events.test(index++)) off.emplace_back(type.name);
  poll["events_off"] = std::move(off);
  json::array faults;
  for (const auto& fault : channel.faults.all())
    faults.push_back(json::object{
        {"kind", to_string(fault.kind)}, {"amount", fault.amount}, {"count", fault.count}});
  poll["faults"] = std::move(faults);
  json::array servers;
  for (const auto* server : hub.outbox().servers(community))
    servers.push_back(server_shown(*server));
  json::object shown;
  shown["long_poll"] = std::move(poll);
  shown["callback_servers"] = std::move(servers);
  shown["callbacks_pending"] = hub.outbox().pending();
  shown["callbacks_dropped"] = hub.outbox().dropped();
  return shown;
}

poll_fault fault_of(const json::value& value) {
  if (!value.is_object()) throw std::invalid_argument{"\"faults\" is a list of objects"};
  const body_reader fields{value.get_object()};
  fields.only({"kind", "amount", "count"});
  const auto kind = read_poll_fault(fields.text("kind"));
  if (!kind)
    throw std::invalid_argument{
        "\"kind\" must be accept_stale_ts, repeat_last, shuffle, delay, cut, bad_gateway, "
        "foreign_type or plain_text"};
  constexpr std::int64_t most = 1'000'000'000;
  const auto amount = fields.number_or("amount", 0);
  const auto count = fields.number_or("count", 1);
  if (amount < 0 || amount > most || count < 0 || count > most)
    throw std::invalid_argument{"\"amount\" and \"count\" are 0 to 1,000,000,000"};
  return {*kind, amount, count};
}

std::vector<poll_fault> faults_of(const body_reader& fields) {
  std::vector<poll_fault> result;
  const auto* list = fields.find("faults");
  if (list == nullptr) return result;
  if (!list->is_array()) throw std::invalid_argument{"\"faults\" is a list of objects"};
  for (const auto& each : list->get_array()) result.push_back(fault_of(each));
  return result;
}

// What a request changes of one long poll. All of a request is read before any of it is done: a
// request that is refused has changed nothing.
struct poll_changes {
  explicit poll_changes(const body_reader& fields)
      : expire_key{fields.flag("expire_key")},
        forget{fields.flag("forget")},
        lose_history{fields.flag("lose_history")},
        clear_faults{fields.flag("clear_faults")},
        faults{faults_of(fields)} {}

  bool expire_key;
  bool forget;
  bool lose_history;
  bool clear_faults;
  std::vector<poll_fault> faults;
};

struct server_changes {
  std::int64_t server = 0;
  callback_switches switches;
};

// Refuses what would do nothing without `name`.
void only_with(const body_reader& fields, std::string_view name,
               std::initializer_list<std::string_view> members) {
  if (fields.find(name) != nullptr) return;
  for (const auto member : members)
    if (fields.find(member) != nullptr)
      throw std::invalid_argument{"\"" + std::string{member} + "\" needs \"" + std::string{name} +
                                  "\""};
}

std::optional<server_changes> read_server_changes(const callback_outbox& outbox,
                                                  std::int64_t community,
                                                  const body_reader& fields) {
  only_with(fields, "server", {"hold", "duplicate", "wrong_secret", "padding"});
  if (fields.find("server") == nullptr) return std::nullopt;
  const auto* server = outbox.find(community, fields.number("server"));
  if (server == nullptr) throw std::invalid_argument{"there is no such server"};
  auto switches = server->switches;
  if (fields.find("hold") != nullptr) switches.hold = fields.flag("hold");
  if (fields.find("duplicate") != nullptr) switches.duplicate = fields.flag("duplicate");
  if (fields.find("wrong_secret") != nullptr) switches.wrong_secret = fields.flag("wrong_secret");
  if (const auto bytes = fields.find_number("padding")) {
    constexpr std::int64_t most_padding = std::int64_t{16} << 20U;
    if (*bytes < 0 || *bytes > most_padding)
      throw std::invalid_argument{"\"padding\" is at most 16 MiB"};
    switches.padding = static_cast<std::size_t>(*bytes);
  }
  return server_changes{server->id, switches};
}

// Sends an attempt again; refuses before it changes anything.
void resend_attempt(callback_outbox& outbox, std::int64_t number, const body_reader& fields) {
  std::optional<std::string> body;
  if (fields.find("body") != nullptr) body = fields.text("body");
  auto url = fields.text_or("to");
  if (!url.empty() && !url.starts_with("http://") && !url.starts_with("https://"))
    throw std::invalid_argument{"\"to\" must be an address of HTTP"};
  if (number < 0 ||
      !outbox.resend(static_cast<std::uint64_t>(number), std::move(body), std::move(url)))
    throw std::invalid_argument{"the attempt or its server is gone"};
}

// `{"expire_key": true}`, `{"faults": […]}`, `{"server": 1, "hold": true}`, `{"resend": 7}` …
void change_hub(transport_hub& hub, std::int64_t community, const json::object& body) {
  const body_reader fields{body};
  fields.only({"expire_key", "forget", "lose_history", "clear_faults", "faults", "server", "hold",
               "duplicate", "wrong_secret", "padding", "resend", "body", "to"});
  const poll_changes poll{fields};
  const auto server = read_server_changes(hub.outbox(), community, fields);
  only_with(fields, "resend", {"body", "to"});
  // The last that may be refused is the first that is done.
  if (const auto number = fields.find_number("resend"))
    resend_attempt(hub.outbox(), *number, fields);
  if (server)
    static_cast<void>(hub.outbox().set_switches(community, server->server, server->switches));
  if (poll.expire_key) hub.expire_key(community);
  if (poll.forget) hub.forget(community);
  if (poll.lose_history) hub.lose_history(community);
  if (poll.clear_faults) hub.channel(community).faults.clear();
  for (const auto& fault : poll.faults) hub.add_fault(community, fault);
  hub.callbacks_changed();
}

// Of a mailbox, by the same names.
void change_log(transport_hub& hub, std::int64_t member, const json::object& body) {
  const body_reader fields{body};
  fields.only({"expire_key", "forget", "lose_history", "clear_faults", "faults"});
  const poll_changes poll{fields};
  if (poll.expire_key) hub.expire_key_of_log(member);
  if (poll.forget) hub.forget_log(member);
  if (poll.lose_history) hub.lose_history_of_log(member);
  if (poll.clear_faults) hub.log(member).faults.clear();
  for (const auto& fault : poll.faults) hub.add_fault_to_log(member, fault);
}

int stream_code(const body_reader& fields, std::string_view name) {
  const auto code = fields.number(name);
  if (code < 0 || code > std::numeric_limits<std::int32_t>::max())
    throw std::invalid_argument{"\"" + std::string{name} + "\" is not a code"};
  return static_cast<int>(code);
}

// `{"service_code": 3000}`, `{"error_code": 1006}` or `{"frame": "text"}`, with `close`.
void change_streams(stream_hub& streams, const body_reader& fields) {
  fields.only({"service_code", "error_code", "message", "frame", "close"});
  const auto has = [&](std::string_view name) { return fields.find(name) != nullptr; };
  if (has("service_code") + has("error_code") + has("frame") != 1)
    throw std::invalid_argument{"a stream takes one of service_code, error_code and frame"};
  only_with(fields, "service_code", {"message"});
  const bool then_close = fields.flag("close");
  if (has("service_code"))
    streams.inject(
        service_message_frame(stream_code(fields, "service_code"), fields.text_or("message")),
        then_close);
  else if (has("error_code"))
    streams.inject(stream_error_body(stream_error(stream_code(fields, "error_code"))), true);
  else
    streams.inject(fields.text("frame"), then_close);
}

}  // namespace

std::optional<routed> service::control_transports(const http_message& message,
                                                  std::string_view name) {
  constexpr std::string_view prefix = "transports/";
  const bool posts = message.method == "POST";
  try {
    if (name == "streams" && posts) {
      const auto body = read_body(message);
      const std::lock_guard lock{mutex_};
      change_streams(stage_->hub.streams(), body_reader{body});
      return done();
    }
    if (name == "callbacks" && !posts) return control_callbacks(message, 0);
    if (name.starts_with("callbacks/") && posts) return change_callbacks(message, name);
    if (!name.starts_with(prefix)) return std::nullopt;
    auto rest = name.substr(prefix.size());
    constexpr std::string_view mailbox = "nim";
    if (rest.starts_with(mailbox) && posts) {
      const auto member = whole_number(rest.substr(mailbox.size()));
      const auto body = read_body(message);
      const std::lock_guard lock{mutex_};
      constexpr std::int64_t lowest = -1'000'000'000'000;
      if (!member || *member < lowest || !stage_->state.exists(*member))
        return complaint(404, "there is no such user or community");
      note_request(*stage_, message);
      change_log(stage_->hub, *member, body);
      return done();
    }
    const bool attempts = rest.ends_with("/callbacks");
    if (attempts) rest.remove_suffix(std::string_view{"/callbacks"}.size());
    const auto community = whole_number(rest);
    const auto body = posts ? read_body(message) : json::object{};
    std::unique_lock lock{mutex_};
    if (!community || stage_->state.find_community(*community) == nullptr)
      return complaint(404, "there is no such community");
    if (posts) {
      if (const auto* number = body.if_contains("resend"); number != nullptr && number->is_int64())
        note_attempt(static_cast<std::uint64_t>(number->get_int64()));
      note_request(*stage_, message);
      change_hub(stage_->hub, *community, body);
      return done();
    }
    if (!attempts) {
      // Whoever looks at the long poll of a community first makes its key.
      const auto drawn = stage_->hub.random().state();
      auto shown = transports_shown(stage_->hub, *community);
      if (stage_->hub.random().state() != drawn) note_request(*stage_, message);
      return control_reply(shown);
    }
    lock.unlock();
    return control_callbacks(message, *community);
  } catch (const std::invalid_argument& failure) {
    return complaint(400, failure.what());
  }
}

// `callbacks/ATTEMPT/resend`, and `hold` or `release` for all of its server.
answer service::change_callbacks(const http_message& message, std::string_view name) {
  name.remove_prefix(std::string_view{"callbacks/"}.size());
  const auto slash = std::min(name.find('/'), name.size());
  const auto number = whole_number(name.substr(0, slash));
  const auto action = name.substr(std::min(slash + 1, name.size()));
  const auto body = read_body(message);
  const body_reader fields{body};
  const std::lock_guard lock{mutex_};
  auto& outbox = stage_->hub.outbox();
  const auto attempts = outbox.attempts();
  const auto found = std::ranges::find_if(attempts, [&](const auto& attempt) {
    return number && attempt->number == static_cast<std::uint64_t>(*number);
  });
  if (found == attempts.end()) return complaint(404, "there is no such attempt, or no longer");
  note_attempt((*found)->number);
  note_request(*stage_, message);
  if (action == "resend") {
    fields.only({"body", "to"});
    resend_attempt(outbox, *number, fields);
  } else if (action == "hold" || action == "release") {
    fields.only({});
    const auto* server = outbox.find((*found)->group, (*found)->server);
    if (server == nullptr) return complaint(404, "its server is gone");
    auto switches = server->switches;
    switches.hold = action == "hold";
    static_cast<void>(outbox.set_switches((*found)->group, server->id, switches));
  } else {
    return complaint(404, "an attempt has resend, hold and release");
  }
  stage_->hub.callbacks_changed();
  return done();
}

// The attempts after `since`; waits until there is one.
routed service::control_callbacks(const http_message& message, std::int64_t community) {
  const argument_list query{read_urlencoded(query_of(message.target))};
  const auto since = whole_number(query.find("since").value_or("0"));
  const auto wait = whole_number(query.find("wait").value_or("0"));
  if (!since || *since < 0 || !wait || *wait < 0 || *wait > longest_attempt_wait)
    return complaint(400, "since is the number of an attempt, wait is 0 to 3600 seconds");
  pending_answer pending;
  pending.channel = callback_channel;
  pending.until = time_->now() + std::chrono::seconds{*wait};
  pending.attempt = [this, community, from = static_cast<std::uint64_t>(*since)](
                        bool last) -> std::optional<answer> {
    const std::lock_guard lock{mutex_};
    auto shown = attempts_shown(stage_->hub.outbox(), community, from);
    if (shown.empty() && !last) return std::nullopt;
    return control_reply(json::object{{"items", std::move(shown)}});
  };
  if (*wait == 0) return *pending.attempt(true);
  return pending;
}

}  // namespace vkxx::emulation::detail
