// The part of the control API on which the console lives: calls with their answers, repeated calls,
// the linter, the clock.
#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include "emulator/control/control_json.hpp"
#include "emulator/control/control_reply.hpp"
#include "emulator/control/people/body_reader.hpp"
#include "emulator/control/records/lint.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/saving/changes/change_records.hpp"
#include "emulator/service.hpp"
#include "emulator/world/communities/community_commands.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t most_findings = 1000;
constexpr std::size_t most_linted = 2000;
// Ten years: no time-out is longer.
constexpr double longest_step = 10.0 * 365 * 86'400;
// Times are nanoseconds, of which an integer holds 292 years.
constexpr std::chrono::hours furthest_ahead{24 * 365 * 100};
constexpr int most_steps = 10'000;
// The year 2170, in seconds: a ban may end at any time.
constexpr std::int64_t latest_due = 200LL * 365 * 86'400;

double seconds_of(duration value) noexcept {
  return std::chrono::duration<double>{value}.count();
}

// One of them in a request: several would need an order.
enum class clock_command : std::uint8_t { advance, to_next, freeze, run };

struct clock_change {
  clock_command command = clock_command::advance;
  duration step{};
};

clock_change read_clock_change(const json::object& body) {
  const body_reader fields{body};
  fields.only({"advance", "to_next", "freeze", "run"});
  std::optional<clock_change> change;
  const auto take = [&](clock_command command) {
    if (change) throw std::invalid_argument{"the clock takes one command at a time"};
    change.emplace().command = command;
  };
  if (const auto* given = fields.find("advance")) {
    boost::system::error_code failure;
    const auto seconds = given->to_number<double>(failure);
    if (failure || !(seconds >= 0 && seconds <= longest_step))
      throw std::invalid_argument{"advance is a number of seconds, up to ten years"};
    take(clock_command::advance);
    change->step = std::chrono::duration_cast<duration>(std::chrono::duration<double>{seconds});
  }
  if (fields.flag("to_next")) take(clock_command::to_next);
  if (fields.flag("freeze")) take(clock_command::freeze);
  if (fields.flag("run")) take(clock_command::run);
  if (!change) throw std::invalid_argument{"the clock takes advance, to_next, freeze or run"};
  return *change;
}

bool may_be_shown(const world_tokens& tokens, std::string_view token) {
  const std::array shown{std::string_view{tokens.user}, std::string_view{tokens.other_user},
                         std::string_view{tokens.community}, std::string_view{tokens.service}};
  return std::ranges::find(shown, token) != shown.end();
}

}  // namespace

std::optional<routed> service::control_live(const http_message& message, std::string_view name) {
  const bool reads = message.method == "GET" || message.method == "HEAD";
  constexpr std::string_view events = "events/";
  if (reads && name.starts_with(events)) return control_chain(name.substr(events.size()));
  if (auto changed = control_world(message, name)) return std::move(*changed);
  if (auto changed = control_transports(message, name)) return std::move(*changed);
  if (name == "feed" && reads) return control_feed(message);
  if (name == "lint" && reads) return control_lint();
  if (name == "clock") return control_clock(message);
  constexpr std::string_view requests = "requests/";
  if (name.starts_with(requests)) return control_exchange(message, name.substr(requests.size()));
  return std::nullopt;
}

std::int64_t service::unix_ms(time_point when) const noexcept {
  return unix_start_ * 1000 +
         std::chrono::duration_cast<std::chrono::milliseconds>(when - start_).count();
}

std::shared_ptr<const exchange> service::find_exchange(std::uint64_t number) const {
  const std::lock_guard lock{mutex_};
  const auto kept = stage_->exchanges.all();
  // Numbers are given when requests begin: they are not in order.
  const auto found =
      std::ranges::find(kept, number, [](const auto& entry) { return entry->record->number; });
  return found == kept.end() ? nullptr : *found;
}

// `N`, `N/curl`, `N/har` or `N/again`.
answer service::control_exchange(const http_message& message, std::string_view name) {
  const auto slash = std::min(name.find('/'), name.size());
  const auto number = whole_number(name.substr(0, slash));
  const auto action = name.substr(std::min(slash + 1, name.size()));
  const auto kept =
      number && *number > 0 ? find_exchange(static_cast<std::uint64_t>(*number)) : nullptr;
  if (!kept) return complaint(404, "there is no recorded API call with this number");
  if (action == "again" && message.method == "POST") return repeat_call(*kept, message);
  if (message.method != "GET" && message.method != "HEAD")
    return complaint(405, "GET reads the request, POST to requests/N/again repeats it");
  if (action == "curl") {
    answer result;
    result.content_type = "text/plain; charset=utf-8";
    const auto request = read_api_request(kept->message);
    const std::string token = request ? std::string{request->token.expose()} : std::string{};
    const bool shown = may_be_shown(tokens(), token);
    result.body = as_curl(*kept, now_for(message).base_url, shown ? token : kept->record->token);
    return result;
  }
  if (action == "har")
    return control_reply(as_har(*kept, now_for(message).base_url, unix_ms(kept->record->time)));
  if (!action.empty()) return complaint(404, "a request has curl, har and again");
  auto body = to_json(*kept->record, start_);
  body.get_object()["time"] = static_cast<double>(unix_ms(kept->record->time)) / 1000;
  add_exchange(body.get_object(), *kept);
  return control_reply(body);
}

answer service::repeat_call(const exchange& kept, const http_message& message) {
  if (kept.record->api_method.empty()) return complaint(400, "only API calls can be repeated");
  try {
    const auto body = read_body(message);
    const body_reader fields{body};
    fields.only({"changes"});
    json::object changes;
    if (const auto* given = fields.find("changes")) {
      if (!given->is_object()) return complaint(400, "changes is an object of parameters");
      changes = given->get_object();
    }
    std::uint64_t number = 0;
    const auto outcome = accept(changed_request(kept, changes), number);
    json::object result{{"number", number}};
    if (const auto* reply = std::get_if<answer>(&outcome)) {
      boost::system::error_code failure;
      result["status"] = reply->status;
      auto value = json::parse(reply->body, failure);
      if (!failure) result["answer"] = std::move(value);
    }
    return control_reply(result);
  } catch (const std::invalid_argument& failure) {
    return complaint(400, failure.what());
  }
}

answer service::control_lint() const {
  std::unique_lock lock{mutex_};
  const auto added = stage_->record.added();
  const auto calls =
      stage_->record.since(added - std::min<std::uint64_t>(added, most_linted), most_linted);
  lock.unlock();
  json::array findings;
  for (const auto& call : calls) {
    lint(*call, findings);
    if (findings.size() >= most_findings) break;
  }
  return control_reply(json::object{{"items", std::move(findings)}});
}

time_point service::next_due(std::optional<time_point> after) const {
  const auto after_ms = after ? unix_ms(*after) : 0;
  const std::lock_guard lock{mutex_};
  auto due = stage_->hub.outbox().next_due_ms(after_ms);
  const auto consider = [&due, after_ms](std::int64_t when_ms) {
    if (when_ms > after_ms) due = std::min(due.value_or(when_ms), when_ms);
  };
  if (const auto* press = stage_->state.messages().oldest_press()) consider(press->second.until_ms);
  if (const auto end = stage_->state.memberships().first_ban_end())
    consider(std::min(*end, latest_due) * 1000);
  return due ? moment_of(*due) : no_deadline;
}

time_point service::moment_of(std::int64_t unix_time_ms) const noexcept {
  const auto within = std::clamp<std::int64_t>(unix_time_ms, 0, latest_due * 1000);
  return start_ + std::chrono::milliseconds{within - unix_ms(start_)};
}

void service::run_due() {
  std::unique_lock lock{mutex_};
  const auto now = time_->now();
  const command_context context{unix_ms(now), {cause_kind::clock, 0}};
  note(*stage_, [&] { return record_of(due_change{context.time_ms}); });
  message_commands{stage_->state, context}.expire();
  community_commands{stage_->state, context}.expire_bans();
  stage_->hub.outbox().expire(context.time_ms);
  stage_->hub.callbacks_changed();
  lock.unlock();
  suspensions_.wake(callback_channel);
  suspensions_.wake_due(now);
}

json::object service::clock_state() const {
  const auto now = time_->now();
  json::object state{{"now", static_cast<double>(unix_ms(now)) / 1000},
                     {"offset", seconds_of(time_->offset())},
                     {"frozen", time_->frozen()}};
  const auto due = next_due();
  state["next_due"] = nullptr;
  if (due != no_deadline) state["next_due"] = static_cast<double>(unix_ms(due)) / 1000;
  return state;
}

// Another thread sends what is due for a server: that must not end the walk.
void service::advance_to(time_point target) {
  run_due();
  for (int step = 0; step < most_steps; ++step) {
    const auto due = next_due(time_->now());
    if (due > target) break;
    time_->advance_to(due);
    run_due();
  }
  time_->advance_to(target);
  run_due();
}

answer service::control_clock(const http_message& message) {
  if (message.method != "POST") return control_reply(clock_state());
  clock_change change;
  try {
    change = read_clock_change(read_body(message));
  } catch (const std::invalid_argument& failure) {
    return complaint(400, failure.what());
  }
  switch (change.command) {
    case clock_command::advance:
      if (time_->offset() + change.step > furthest_ahead)
        return complaint(409, "the clock is at most 100 years ahead; start the emulator again");
      advance_to(time_->now() + change.step);
      break;
    case clock_command::to_next: {
      const auto due = next_due();
      if (due == no_deadline) return complaint(409, "nothing is due");
      advance_to(due);
      break;
    }
    case clock_command::freeze:
      time_->freeze();
      break;
    case clock_command::run:
      time_->run();
      run_due();
      break;
  }
  note_clock();
  return control_reply(clock_state());
}

}  // namespace vkxx::emulation::detail
