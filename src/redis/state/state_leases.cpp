#include <hiredis/hiredis.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <charconv>
#include <chrono>
#include <utility>

#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"
#include "redis/state/state_engine.hpp"

namespace vkxx::redis::detail {
namespace {

constexpr std::string_view part_prefix = "p:";
constexpr std::string_view source_prefix = "s:";
constexpr std::size_t group_size = 8;
constexpr int heartbeats_per_lease = 3;

time_point now() noexcept {
  return std::chrono::steady_clock::now();
}

std::string count_milliseconds(duration time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(time).count());
}

std::uint32_t part_in(std::string_view lease) {
  std::uint32_t part = 0;
  lease.remove_prefix(part_prefix.size());
  std::from_chars(lease.data(), lease.data() + lease.size(), part);
  return part;
}

// The same for processes with the same sources.
std::string sources_digest(const std::vector<std::string>& sources) {
  std::string text;
  for (const auto& source : std::set<std::string>{sources.begin(), sources.end()}) {
    text += source;
    text += '\n';
  }
  return vkxx::detail::to_hex(vkxx::detail::sha256(text)).substr(0, group_size);
}

inbox_change change_of(const std::string& lease, inbox_change_kind of_part,
                       inbox_change_kind of_source) {
  inbox_change change;
  if (lease.starts_with(part_prefix)) {
    change.kind = of_part;
    change.part = part_in(lease);
  } else {
    change.kind = of_source;
    change.source = lease.substr(source_prefix.size());
  }
  return change;
}

void push_list(std::vector<std::string>& words, const std::vector<lease_request::held>& list) {
  words.push_back(std::to_string(list.size()));
  for (const auto& some : list) {
    words.push_back(some.name);
    words.push_back(some.epoch);
  }
}

}  // namespace

void state_engine::join(const std::vector<std::string>& sources) {
  if (machine_ && !left_) return;
  sources_ = {sources.begin(), sources.end()};
  // Another name each time: Redis may know the last one as a member that has left.
  name_ = member_ + vkxx::detail::to_hex(vkxx::detail::random_bytes(4));
  lease_limits limits;
  limits.lease = sharing_.lease_time();
  limits.interval = sharing_.lease_time() / heartbeats_per_lease;
  machine_.emplace(name_ + '.' + sources_digest(sources), leases_with(sources), limits);
  left_ = false;
  changes_.clear();
  tops_.clear();
  early_.clear();
  connection_events events;
  // What was missed meanwhile is in the next heartbeat.
  events.ready = [this] {
    if (!ears_) return;
    ears_->send({"SUBSCRIBE", key("to:" + name_)}, [](const redisReply*) {});
    ears_->send({"SUBSCRIBE", key("all")}, [](const redisReply*) {});
    feed(lease_event::tick{true});
  };
  events.message = [this](const redisReply& message) { on_message(message); };
  ears_ = std::make_unique<connection>(io_, server_, timeout_, std::move(events));
  ears_->open();
  feed(lease_event::tick{});
}

void state_engine::change_sources(const std::vector<std::string>& sources) {
  if (!machine_ || left_) return;
  sources_.insert(sources.begin(), sources.end());
  feed(lease_event::renamed{sources_digest(sources), leases_with(sources)});
}

std::vector<std::string> state_engine::leases_with(const std::vector<std::string>& sources) const {
  std::vector<std::string> names;
  names.reserve(parts_ + sources.size());
  for (std::uint32_t part = 0; part < parts_; ++part) {
    names.push_back(std::string{part_prefix} + std::to_string(part));
  }
  for (const auto& source : sources) names.push_back(std::string{source_prefix} + source);
  return names;
}

void state_engine::feed(const any_lease_event& event) {
  if (!machine_) return;
  auto actions = machine_->resume(event, now());
  keep_table();
  for (auto& action : actions) {
    std::visit([this](auto& some) { perform(some); }, action);
  }
  deliver();
  arm();
}

void state_engine::keep_table() {
  const auto time = now();
  for (std::uint32_t part = 0; part < parts_; ++part) {
    const auto name = std::string{part_prefix} + std::to_string(part);
    const auto epoch = left_ ? std::nullopt : machine_->epoch_of(name, time);
    std::uint64_t number = 0;
    if (epoch) std::from_chars(epoch->data(), epoch->data() + epoch->size(), number);
    table_.set(part, number, machine_->end_of(name, time).value_or(time_point{}));
  }
}

std::uint64_t state_engine::lease_of(std::uint32_t part) const noexcept {
  return table_.lease_of(part, now());
}

void state_engine::arm() {
  const auto when = machine_->next_time();
  const auto number = ++alarm_number_;
  if (!when) return;
  alarm_.expires_at(*when);
  alarm_.async_wait([this, number](boost::system::error_code failure) {
    if (!failure && number == alarm_number_) feed(lease_event::tick{});
  });
}

// A process that no longer comes for its changes must not keep others from the work.
bool state_engine::loop_hangs() const {
  return changes_since_ && now() - *changes_since_ > sharing_.lease_time();
}

void state_engine::perform(lease_action::send& action) {
  if (loop_hangs()) {
    boost::asio::post(io_, [this] { feed(lease_event::failed{}); });
    return;
  }
  auto& request = action.request;
  std::vector<std::string> words{name_, request.group, count_milliseconds(sharing_.lease_time()),
                                 count_milliseconds(sharing_.lease_time()),
                                 request.leaving ? "1" : "0"};
  push_list(words, request.renew);
  push_list(words, request.release);
  words.push_back(std::to_string(request.take.size()));
  words.insert(words.end(), request.take.begin(), request.take.end());
  auto answered = [this, request, name = name_](const redisReply* answer) {
    if (name == name_) on_heartbeat(request, answer);
  };
  if (!ready_) {
    boost::asio::post(io_, [answered] { answered(nullptr); });
    return;
  }
  run(leases_, words, answered);
}

void state_engine::on_heartbeat(const lease_request& request, const redisReply* answer) {
  if (answer == nullptr || answer->type == REDIS_REPLY_ERROR) {
    note_failure(answer);
    return feed(lease_event::failed{});
  }
  auto read = read_heartbeat(*answer, request);
  if (!read) return feed(lease_event::failed{});
  failing_ = false;
  check_again();
  // Nothing else shows that the connection for messages is still there.
  if (ears_) ears_->send({"PING"}, [](const redisReply*) {});
  connection_.confirm();
  if (ears_) ears_->confirm();
  for (std::size_t index = 0; index < request.take.size(); ++index) {
    const auto& name = request.take[index];
    if (!name.starts_with(part_prefix)) continue;
    tops_[part_in(name)] = std::max(tops_[part_in(name)], read->taken_tops[index]);
  }
  last_answer_ = *read;
  last_taken_ = request.take;
  feed(lease_event::answered{read->leases});
  notice_rows(request, *read);
  inbox_change counted;
  counted.kind = inbox_change_kind::rows_counted;
  counted.rows = read->rows;
  report(std::move(counted));
  deliver();
}

// Without parts there are no commits whose failures would show it.
void state_engine::note_failure(const redisReply* answer) {
  if (std::exchange(failing_, true)) return;
  inbox_change failed;
  failed.kind = inbox_change_kind::failed;
  failed.failure = "parts of the inbox could not be asked for: ";
  failed.failure += answer != nullptr ? "Redis: " + kind_of_error(*answer) : gone().message();
  report(std::move(failed));
}

// Rows of which the message was lost.
void state_engine::notice_rows(const lease_request& request, const heartbeat_answer& answer) {
  for (std::size_t index = 0; index < request.renew.size(); ++index) {
    const auto& name = request.renew[index].name;
    if (!name.starts_with(part_prefix) || !machine_->is_held(name)) continue;
    const auto part = part_in(name);
    if (answer.tops[index] <= tops_[part]) continue;
    tops_[part] = answer.tops[index];
    ask({"SMEMBERS", key("shares:" + std::to_string(part))}, [this, part](const redisReply* found) {
      if (found == nullptr || found->type == REDIS_REPLY_ERROR) {
        // Once more with the next heartbeat.
        tops_[part] = 0;
        return;
      }
      inbox_change change;
      change.kind = inbox_change_kind::rows_arrived;
      change.part = part;
      for (const auto* share : elements_of(*found)) change.shares.push_back(text_of(*share));
      if (!change.shares.empty()) report(std::move(change));
      deliver();
    });
  }
}

void state_engine::on_message(const redisReply& message) {
  const auto cells = elements_of(message);
  const auto text = text_of(*cells[2]);
  if (text_of(*cells[1]) == key("all")) {
    if (text != name_) feed(lease_event::tick{true});
    return;
  }
  // `PART NUMBER`, then the shares.
  std::vector<std::string> lines;
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  const auto space = lines.front().find(' ');
  if (space == std::string::npos || lines.size() < 2) return;
  inbox_change change;
  change.kind = inbox_change_kind::rows_arrived;
  const auto name = std::string{part_prefix} + lines.front().substr(0, space);
  change.part = part_in(name);
  change.shares.assign(lines.begin() + 1, lines.end());
  if (!machine_ || !machine_->is_held(name)) {
    // The message came before the answer that gives the part to this process.
    early_[change.part].insert(change.shares.begin(), change.shares.end());
    return;
  }
  std::uint64_t top = 0;
  std::from_chars(text.data() + space + 1, text.data() + lines.front().size(), top);
  tops_[change.part] = std::max(tops_[change.part], top);
  report(std::move(change));
  deliver();
}

void state_engine::perform(lease_action::won& action) {
  auto change = change_of(action.name, inbox_change_kind::part_won, inbox_change_kind::source_won);
  const auto found = std::find(last_taken_.begin(), last_taken_.end(), action.name);
  if (last_answer_ && found != last_taken_.end()) {
    change.shares = last_answer_->shares[static_cast<std::size_t>(found - last_taken_.begin())];
  }
  if (const auto early = early_.find(change.part);
      early != early_.end() && change.kind == inbox_change_kind::part_won) {
    change.shares.insert(change.shares.end(), early->second.begin(), early->second.end());
    early_.erase(early);
  }
  report(std::move(change));
}

void state_engine::perform(lease_action::leaving& action) {
  report(
      change_of(action.name, inbox_change_kind::part_leaving, inbox_change_kind::source_leaving));
}

void state_engine::perform(lease_action::lost& action) {
  report(change_of(action.name, inbox_change_kind::part_lost, inbox_change_kind::source_lost));
}

void state_engine::perform(lease_action::left& /*action*/) {
  left_ = true;
  // Its answer may be what called this.
  boost::asio::post(io_, [this] {
    if (left_) ears_.reset();
  });
  if (listener_) {
    std::exchange(listener_, nullptr)(
        error{errc::cancelled, request_effect::not_sent, "this process has left the shared inbox"});
  }
  const bool told = ready_;
  for (auto& done : std::exchange(leaving_, {})) {
    done(told ? result<void>{} : result<void>{gone()});
  }
}

void state_engine::report(inbox_change change) {
  // Only the last count matters.
  if (change.kind == inbox_change_kind::rows_counted) {
    std::erase_if(changes_, [](const inbox_change& some) {
      return some.kind == inbox_change_kind::rows_counted;
    });
  }
  if (changes_.empty() && !changes_since_) changes_since_ = now();
  changes_.push_back(std::move(change));
}

void state_engine::deliver() {
  if (!listener_ || changes_.empty()) return;
  changes_since_.reset();
  std::exchange(listener_, nullptr)(std::exchange(changes_, {}));
}

void state_engine::next_changes(handler<std::vector<inbox_change>> done) {
  if (listener_ || !machine_ || left_) {
    return done(
        error{errc::cancelled, request_effect::not_sent, "this process has left the shared inbox"});
  }
  listener_ = std::move(done);
  deliver();
}

void state_engine::hand_over(const std::string& lease) {
  feed(lease_event::handed_over{lease});
}

void state_engine::leave(handler<void> done) {
  if (!machine_ || left_) return done(result<void>{});
  leaving_.push_back(std::move(done));
  feed(lease_event::leave{});
}

std::optional<std::vector<std::string>> state_engine::fences_of(
    const std::set<std::uint32_t>& parts, const std::vector<std::string>& cursors,
    std::string& missing) const {
  std::vector<std::string> names;
  for (const auto part : parts) names.push_back(std::string{part_prefix} + std::to_string(part));
  for (const auto& source : cursors) {
    if (sources_.contains(source)) names.push_back(std::string{source_prefix} + source);
  }
  std::vector<std::string> fences;
  for (const auto& name : names) {
    auto epoch = machine_->epoch_of(name, now());
    if (!epoch) {
      missing = name;
      return std::nullopt;
    }
    fences.push_back(name);
    fences.push_back(*std::move(epoch));
  }
  return fences;
}

std::vector<std::uint32_t> state_engine::own_parts() const {
  std::vector<std::uint32_t> parts;
  for (std::uint32_t part = 0; part < parts_; ++part) {
    if (machine_->is_held(std::string{part_prefix} + std::to_string(part))) parts.push_back(part);
  }
  return parts;
}

}  // namespace vkxx::redis::detail
