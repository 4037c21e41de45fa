#include "state/memory/memory_engine.hpp"

#include <algorithm>
#include <cstring>

#include "core/crypto/digest.hpp"
#include "state/values/state_text.hpp"

namespace vkxx::detail {
namespace {

// A view of the rows, values and keys as they will be after the changes checked so far.
enum class row_presence { gone, alive, dead };
struct expected_effects {
  std::map<std::uint64_t, row_presence> rows;
  std::map<std::string, std::optional<std::uint64_t>>
      versions;  // nothing: written, version unknown
};

key_digest digest_of_key(const std::string& key) {
  const auto bytes = sha256(key);
  key_digest digest{};
  std::memcpy(digest.data(), bytes.data(), std::min(bytes.size(), sizeof digest));
  return digest;
}

template <class Index>
void drop_from(Index& index, const std::string& name, std::uint64_t seq) {
  const auto found = index.find(name);
  if (found == index.end()) return;
  found->second.erase(seq);
  if (found->second.empty()) index.erase(found);
}

}  // namespace

// Everything that can fail is found out before anything changes.
result<void> memory_engine::check(const std::vector<state_change>& changes) const {
  expected_effects after;
  const auto presence = [&](std::uint64_t seq) {
    if (const auto known = after.rows.find(seq); known != after.rows.end()) return known->second;
    const auto found = rows_.find(seq);
    if (found == rows_.end()) return row_presence::gone;
    return found->second.row.state == inbox_state::dead ? row_presence::dead : row_presence::alive;
  };
  for (const auto& change : changes) {
    if (const auto* write = std::get_if<write_change>(&change)) {
      if (write->expected) {
        std::optional<std::uint64_t> version = 0;
        if (const auto found = after.versions.find(write->key); found != after.versions.end()) {
          version = found->second;
        } else if (const auto stored = values_.find(write->key); stored != values_.end()) {
          version = stored->second.version;
        }
        if (version != write->expected) return version_differs(write->key);
      }
      after.versions[write->key] =
          write->bytes ? std::nullopt : std::optional<std::uint64_t>{std::uint64_t{0}};
      continue;
    }
    if (const auto* take = std::get_if<take_timer_change>(&change)) {
      const auto found = timers_.find(take->key);
      if (found == timers_.end() || found->second.due != take->due) {
        return timer_differs(take->key);
      }
      continue;
    }
    const auto seq = std::visit(
        [](const auto& some) -> std::optional<std::uint64_t> {
          if constexpr (requires { some.seq; }) return some.seq;
          return std::nullopt;
        },
        change);
    if (!seq) continue;
    const auto before = presence(*seq);
    const bool finishes = std::holds_alternative<finish_change>(change);
    const bool revives = std::holds_alternative<revive_change>(change);
    const bool any_state = finishes || std::holds_alternative<row_value_change>(change);
    const auto needed = revives ? row_presence::dead : row_presence::alive;
    if (before == row_presence::gone || (!any_state && before != needed)) {
      return row_is_gone(*seq);
    }
    if (finishes) after.rows[*seq] = row_presence::gone;
    if (revives) after.rows[*seq] = row_presence::alive;
    if (std::holds_alternative<bury_change>(change)) after.rows[*seq] = row_presence::dead;
  }
  return {};
}

result<commit_receipt> memory_engine::commit(state_unit unit) {
  const std::lock_guard lock{mutex_};
  if (auto checked = check(unit.changes()); !checked) return checked.error();
  commit_receipt receipt;
  auto changes = unit.take_changes();
  for (auto& change : changes) {
    std::visit([&](auto& some) { apply(some, receipt); }, change);
  }
  forget_oldest_keys();
  receipt.removed_dead = trim_dead();
  return receipt;
}

void memory_engine::index(const inbox_row& row) {
  if (row.state == inbox_state::dead) {
    dead_.insert(row.seq);
    return;
  }
  live_.insert(row.seq);
  by_share_[row.share].insert(row.seq);
  by_lane_[row.lane].insert(row.seq);
}

void memory_engine::unindex(const inbox_row& row) {
  dead_.erase(row.seq);
  live_.erase(row.seq);
  drop_from(by_share_, row.share, row.seq);
  drop_from(by_lane_, row.lane, row.seq);
}

void memory_engine::apply(put_row_change& change, commit_receipt& receipt) {
  auto& row = change.row;
  std::vector<key_digest> keys;
  for (const auto& key : row.keys) keys.push_back(digest_of_key(key));
  const auto known = [this](const key_digest& key) { return keys_.contains(key); };
  if (std::any_of(keys.begin(), keys.end(), known)) {
    receipt.rows.push_back(0);
    return;
  }
  keys_.insert(keys.begin(), keys.end());
  row.keys = {};
  row.seq = ++last_seq_;
  row.state = inbox_state::waiting;
  row.failures = row.interruptions = 0;
  row.first_run.reset();
  row.due.reset();
  row.error.clear();
  index(row);
  receipt.rows.push_back(row.seq);
  const auto seq = row.seq;
  rows_.emplace(seq, entry{std::move(row), std::move(keys), {}});
}

void memory_engine::apply(put_cursor_change& change, commit_receipt& /*receipt*/) {
  cursors_[change.source] = std::move(change.cursor);
}

void memory_engine::apply(begin_change& change, commit_receipt& /*receipt*/) {
  auto& row = rows_.at(change.seq).row;
  row.state = inbox_state::running;
  if (!row.first_run) row.first_run = from_milliseconds(to_milliseconds(change.at));
}

void memory_engine::apply(finish_change& change, commit_receipt& /*receipt*/) {
  const auto earlier = [](wall_time time, const finished_key& other) { return time < other.first; };
  for (const auto& key : rows_.at(change.seq).keys) {
    // Nearly always at the end.
    const auto place =
        std::upper_bound(forgettable_.begin(), forgettable_.end(), change.forget_keys_at, earlier);
    forgettable_.insert(place, finished_key{change.forget_keys_at, key});
  }
  remove(change.seq);
}

void memory_engine::remove(std::uint64_t seq) {
  const auto found = rows_.find(seq);
  unindex(found->second.row);
  rows_.erase(found);
}

void memory_engine::apply(retry_change& change, commit_receipt& /*receipt*/) {
  auto& row = rows_.at(change.seq).row;
  row.state = inbox_state::retrying;
  row.due = change.due;
  row.error = std::move(change.error);
  row.failures = change.failures;
}

void memory_engine::apply(release_change& change, commit_receipt& /*receipt*/) {
  rows_.at(change.seq).row.state = inbox_state::waiting;
}

void memory_engine::apply(bury_change& change, commit_receipt& /*receipt*/) {
  auto& row = rows_.at(change.seq).row;
  unindex(row);
  row.state = inbox_state::dead;
  row.error = std::move(change.error);
  ++row.failures;
  index(row);
}

void memory_engine::apply(revive_change& change, commit_receipt& /*receipt*/) {
  auto& row = rows_.at(change.seq).row;
  unindex(row);
  row.state = inbox_state::waiting;
  row.failures = row.interruptions = 0;
  row.first_run.reset();
  row.due.reset();
  index(row);
}

void memory_engine::apply(row_value_change& change, commit_receipt& /*receipt*/) {
  rows_.at(change.seq).values[change.name] = std::move(change.bytes);
}

void memory_engine::apply(write_change& change, commit_receipt& /*receipt*/) {
  if (!change.bytes) {
    values_.erase(change.key);
    return;
  }
  values_[change.key] = state_value{++last_version_, *std::move(change.bytes)};
}

void memory_engine::apply(schedule_change& change, commit_receipt& receipt) {
  change.timer.due = from_milliseconds(to_milliseconds(change.timer.due));
  cancel_timer_change earlier{change.timer.key};
  apply(earlier, receipt);
  timers_by_time_.emplace(change.timer.due, change.timer.key);
  auto key = change.timer.key;
  timers_.emplace(std::move(key), std::move(change.timer));
}

void memory_engine::apply(cancel_timer_change& change, commit_receipt& /*receipt*/) {
  const auto found = timers_.find(change.key);
  if (found == timers_.end()) return;
  timers_by_time_.erase({found->second.due, change.key});
  timers_.erase(found);
}

void memory_engine::apply(take_timer_change& change, commit_receipt& receipt) {
  cancel_timer_change taken{std::move(change.key)};
  apply(taken, receipt);
}

void memory_engine::apply(forget_keys_change& change, commit_receipt& /*receipt*/) {
  for (std::size_t count = 0; count < change.limit && !forgettable_.empty(); ++count) {
    if (forgettable_.front().first > change.now) break;
    forget_first_key();
  }
}

void memory_engine::forget_first_key() {
  keys_.erase(forgettable_.front().second);
  forgettable_.pop_front();
}

void memory_engine::forget_oldest_keys() {
  while (forgettable_.size() > options_.max_keys()) forget_first_key();
}

std::size_t memory_engine::trim_dead() {
  std::size_t removed = 0;
  for (; dead_.size() > options_.max_dead(); ++removed) {
    const auto seq = *dead_.begin();
    for (const auto& key : rows_.at(seq).keys) keys_.erase(key);
    remove(seq);
  }
  return removed;
}

inbox_summary memory_engine::recover() {
  const std::lock_guard lock{mutex_};
  for (auto& [seq, stored] : rows_) {
    if (stored.row.state != inbox_state::running) continue;
    stored.row.state = inbox_state::waiting;
    ++stored.row.interruptions;
  }
  return counted();
}

inbox_summary memory_engine::summary() const {
  const std::lock_guard lock{mutex_};
  return counted();
}

inbox_summary memory_engine::counted() const {
  inbox_summary summary;
  for (const auto& [share, rows] : by_share_) summary.shares.push_back(share);
  std::sort(summary.shares.begin(), summary.shares.end());
  summary.rows = live_.size();
  summary.dead = dead_.size();
  summary.last = last_seq_;
  return summary;
}

inbox_page memory_engine::take(const inbox_query& query) const {
  const std::lock_guard lock{mutex_};
  static const seq_set nothing;
  const auto* rows = query.dead ? &dead_ : &live_;
  const auto narrowed = [&](const auto& index, const std::string& name) {
    const auto found = index.find(name);
    rows = found != index.end() ? &found->second : &nothing;
  };
  if (!query.dead && !query.share.empty()) narrowed(by_share_, query.share);
  if (!query.dead && !query.lane.empty()) narrowed(by_lane_, query.lane);
  inbox_page page;
  std::size_t bytes = 0;
  for (auto next = rows->upper_bound(query.after); next != rows->end(); ++next) {
    const auto& row = rows_.at(*next).row;
    if (!query.share.empty() && row.share != query.share) continue;
    if (!query.lane.empty() && row.lane != query.lane) continue;
    if (page.rows.size() >= query.limit || (bytes >= query.max_bytes && bytes > 0)) {
      page.complete = false;
      break;
    }
    bytes += row.body.size();
    page.rows.push_back(row);
  }
  return page;
}

std::map<std::string, std::string> memory_engine::row_values(std::uint64_t seq) const {
  const std::lock_guard lock{mutex_};
  const auto found = rows_.find(seq);
  return found != rows_.end() ? found->second.values : std::map<std::string, std::string>{};
}

std::vector<bool> memory_engine::seen(const std::vector<std::string>& keys) const {
  const std::lock_guard lock{mutex_};
  std::vector<bool> answers;
  for (const auto& key : keys) answers.push_back(keys_.contains(digest_of_key(key)));
  return answers;
}

std::string memory_engine::cursor(const std::string& source) const {
  const std::lock_guard lock{mutex_};
  const auto found = cursors_.find(source);
  return found != cursors_.end() ? found->second : std::string{};
}

std::optional<state_value> memory_engine::read(const std::string& key) const {
  const std::lock_guard lock{mutex_};
  const auto found = values_.find(key);
  return found != values_.end() ? std::optional{found->second} : std::nullopt;
}

due_timers memory_engine::timers(wall_time now, std::size_t limit) const {
  const std::lock_guard lock{mutex_};
  due_timers due;
  for (const auto& [time, key] : timers_by_time_) {
    if (time > now || due.timers.size() >= limit) {
      due.next = time;
      break;
    }
    due.timers.push_back(timers_.at(key));
  }
  return due;
}

}  // namespace vkxx::detail
