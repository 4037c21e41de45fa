#include "dispatch/machine/lane_board.hpp"

#include <algorithm>
#include <utility>

namespace vkxx::detail {
namespace {

// A row costs more than its body.
constexpr std::size_t row_overhead = 512;
constexpr std::size_t largest_page = 256;

}  // namespace

std::size_t lane_board::bytes_of(const inbox_row& row) noexcept {
  return row.body.size() + row_overhead;
}

lane_board::share& lane_board::share_of(const std::string& name) {
  auto& found = shares_[name];
  if (found.name.empty()) found.name = name;
  return found;
}

lane_board::lane& lane_board::lane_of(share& home, const inbox_row& row) {
  const auto [found, is_new] = lanes_.try_emplace(row.lane);
  auto& some = found->second;
  if (is_new) {
    some.home = &home;
    some.name = row.lane;
    some.part = row.part;
    ++home.lanes;
  }
  return some;
}

void lane_board::arrived(const std::string& name) {
  auto& some = share_of(name);
  if (some.loading) some.more_meanwhile = true;
  some.more = true;
  want(some);
}

void lane_board::want(share& some) {
  if (!some.more || some.loading || some.hungry || some.closed) return;
  some.hungry = true;
  hungry_.push_back({some.name, false});
}

void lane_board::want(lane& some) {
  if (!some.more || some.loading || some.hungry || some.rows.size() > limits_.window / 4) return;
  some.hungry = true;
  hungry_.push_back({some.name, true});
}

// What a share may hold when others want memory, too.
std::size_t lane_board::quota() const noexcept {
  return std::max<std::size_t>(limits_.held / std::max<std::size_t>(shares_.size(), 1), 1);
}

std::optional<inbox_query> lane_board::load_of(const hungry_place& place, std::size_t space) {
  inbox_query query;
  query.max_bytes = std::max<std::size_t>(limits_.held_bytes / 16, 1);
  if (place.is_lane) {
    const auto found = lanes_.find(place.name);
    if (found == lanes_.end()) return std::nullopt;
    auto& some = found->second;
    // One that was forgotten and came back may be in the queue twice.
    if (!some.more || some.loading) return std::nullopt;
    const auto share_space = quota() > some.home->held ? quota() - some.home->held : 1;
    query.lane = place.name;
    query.after = some.last;
    query.limit = std::min({limits_.window - some.rows.size(), share_space, space});
    some.loading = true;
    return query;
  }
  const auto found = shares_.find(place.name);
  if (found == shares_.end()) return std::nullopt;
  auto& some = found->second;
  // It is asked for again when one of its rows goes.
  if (some.held >= quota() || some.closed || some.loading) return std::nullopt;
  query.share = place.name;
  query.after = some.passed;
  query.limit = std::min({quota() - some.held, space, largest_page});
  some.loading = true;
  some.more_meanwhile = false;
  return query;
}

std::vector<inbox_query> lane_board::take_loads() {
  std::vector<inbox_query> queries;
  while (!hungry_.empty()) {
    if (held_ + reserved_ >= limits_.held || held_bytes_ >= limits_.held_bytes) break;
    const auto place = std::move(hungry_.front());
    hungry_.pop_front();
    if (const auto found = lanes_.find(place.name); place.is_lane && found != lanes_.end()) {
      found->second.hungry = false;
    }
    if (const auto found = shares_.find(place.name); !place.is_lane && found != shares_.end()) {
      found->second.hungry = false;
    }
    auto query = load_of(place, limits_.held - held_ - reserved_);
    if (!query) continue;
    reserved_ += query->limit;
    queries.push_back(*std::move(query));
  }
  return queries;
}

void lane_board::loaded(const dispatch_event::loaded& answer) {
  reserved_ -= std::min(reserved_, answer.query.limit);
  const bool by_lane = !answer.query.lane.empty();
  const bool ignored = by_lane && lanes_.at(answer.query.lane).ignore;
  for (std::size_t index = 0; index < answer.rows.size() && !ignored; ++index) {
    const auto& row = answer.rows[index];
    auto& home = by_lane ? *lanes_.at(answer.query.lane).home : share_of(row->share);
    take_in(home, row, answer.due.at(index), by_lane);
  }
  finish_loading(answer.query, answer.complete);
}

void lane_board::load_failed(const inbox_query& query) {
  reserved_ -= std::min(reserved_, query.limit);
  finish_loading(query, false);
}

void lane_board::finish_loading(const inbox_query& query, bool complete) {
  if (!query.lane.empty()) {
    const auto found = lanes_.find(query.lane);
    if (found == lanes_.end()) return;
    auto& some = found->second;
    some.loading = false;
    // What an emptied lane has in the store comes by its share.
    if (std::exchange(some.ignore, false)) complete = true;
    some.more = !complete || some.more_meanwhile;
    some.more_meanwhile = false;
    want(some);
    forget_if_empty(some);
    return;
  }
  const auto found = shares_.find(query.share);
  if (found == shares_.end()) return;
  auto& some = found->second;
  some.loading = false;
  some.gone.clear();
  some.more = (!complete || some.more_meanwhile) && !some.closed;
  some.more_meanwhile = false;
  some.ignored.clear();
  some.ignore = false;
  if (std::exchange(some.rescan, false)) some.passed = 0;
  want(some);
  forget_if_empty(some);
}

void lane_board::take_in(share& home, const row_pointer& row, time_point due, bool by_lane) {
  if (!by_lane) {
    home.passed = std::max(home.passed, row->seq);
    if (home.ignore || home.gone.contains(row->seq) || home.ignored.contains(row->part)) return;
  }
  auto& some = lane_of(home, *row);
  if (row->seq <= some.last) return;
  // What was passed once comes by the lane's own query, or the order would be lost.
  if (!by_lane && (some.more || some.rows.size() >= limits_.window)) {
    some.more = true;
    if (some.loading) some.more_meanwhile = true;
    want(some);
    return;
  }
  some.last = row->seq;
  some.rows.push_back(row);
  ++some.home->held;
  ++held_;
  held_bytes_ += bytes_of(*row);
  if (some.rows.size() == 1 && !some.busy) make_ready(some, due);
  // A retry that is not the first of its lane waits for those before it, and is due by then.
}

void lane_board::make_ready(lane& some, time_point due) {
  some.due = due;
  if (due > time_point{}) {
    waiting_.emplace(due, some.name);
    return;
  }
  enqueue(some);
}

void lane_board::enqueue(lane& some) {
  if (some.ready) return;
  some.ready = true;
  auto& home = *some.home;
  home.ready.push_back(&some);
  if (home.turn) return;
  home.turn = true;
  turns_.push_back(&home);
}

row_pointer lane_board::next(time_point now) {
  while (!waiting_.empty() && waiting_.begin()->first <= now) {
    const auto name = waiting_.begin()->second;
    waiting_.erase(waiting_.begin());
    if (const auto found = lanes_.find(name); found != lanes_.end()) enqueue(found->second);
  }
  if (turns_.empty()) return nullptr;
  auto& home = *turns_.front();
  turns_.pop_front();
  auto& some = *home.ready.front();
  home.ready.pop_front();
  home.turn = !home.ready.empty();
  if (home.turn) turns_.push_back(&home);
  some.ready = false;
  some.busy = true;
  auto row = std::move(some.rows.front());
  some.rows.pop_front();
  some.taken = row->seq;
  want(some);
  return row;
}

void lane_board::free_place(lane& some, const inbox_row& row) {
  --some.home->held;
  --held_;
  held_bytes_ -= std::min(held_bytes_, bytes_of(row));
}

void lane_board::release(const inbox_row& row) {
  if (auto& home = *lanes_.at(row.lane).home; home.loading) home.gone.insert(row.seq);
  discard(row);
}

void lane_board::discard(const inbox_row& row) {
  auto& some = lanes_.at(row.lane);
  auto& home = *some.home;
  some.busy = false;
  free_place(some, row);
  if (!some.rows.empty()) make_ready(some, time_point{});
  want(some);
  want(home);
  forget_if_empty(some);
}

void lane_board::rescan(const std::string& name, std::uint32_t part) {
  auto& some = share_of(name);
  // What is in memory is not beyond the last number of its lane, and not taken in twice.
  if (some.loading) {
    some.rescan = true;
    some.ignored.insert(part);
  } else {
    some.passed = 0;
  }
  arrived(name);
}

void lane_board::drop(std::uint32_t part) {
  std::vector<std::string> names;
  for (const auto& [name, some] : lanes_) {
    if (some.part == part) names.push_back(name);
  }
  for (const auto& name : names) empty(lanes_.at(name), 0);
}

void lane_board::close(const std::string& name) {
  const auto found = shares_.find(name);
  if (found == shares_.end()) return;
  auto& home = found->second;
  home.closed = true;
  home.more = home.more_meanwhile = home.rescan = false;
  home.ignore = home.loading;
  std::vector<std::string> names;
  for (const auto& [lane_name, some] : lanes_) {
    if (some.home == &home) names.push_back(lane_name);
  }
  // The last one that is forgotten takes the share with it.
  for (const auto& lane_name : names) {
    auto& some = lanes_.at(lane_name);
    empty(some, some.busy ? some.taken : 0);
  }
  if (names.empty()) forget_if_empty(home);
}

void lane_board::open(const std::string& name) {
  auto& some = share_of(name);
  some.closed = false;
  // What runs is the last of its lane in memory, and not taken in twice.
  if (some.loading) {
    some.rescan = true;
    some.ignore = true;
  } else {
    some.passed = 0;
  }
  arrived(name);
}

void lane_board::empty(lane& some, std::uint64_t last) {
  auto& home = *some.home;
  for (const auto& row : some.rows) free_place(some, *row);
  some.rows.clear();
  waiting_.erase({some.due, some.name});
  if (std::exchange(some.ready, false)) {
    std::erase(home.ready, &some);
    if (home.ready.empty() && std::exchange(home.turn, false)) std::erase(turns_, &home);
  }
  some.last = last;
  some.more = some.more_meanwhile = false;
  some.ignore = some.loading;
  if (home.loading) home.ignored.insert(some.part);
  want(home);
  forget_if_empty(some);
}

void lane_board::put_back(row_pointer row, time_point due) {
  auto& some = lanes_.at(row->lane);
  some.busy = false;
  if (some.home->closed) {
    free_place(some, *row);
    some.last = 0;
    return forget_if_empty(some);
  }
  some.rows.push_front(std::move(row));
  make_ready(some, due);
}

void lane_board::forget_if_empty(lane& some) {
  if (some.busy || some.more || some.loading || !some.rows.empty()) return;
  auto& home = *some.home;
  --home.lanes;
  const auto name = some.name;
  lanes_.erase(name);
  forget_if_empty(home);
}

void lane_board::forget_if_empty(share& some) {
  if (some.lanes > 0 || some.more || some.loading) return;
  const auto name = some.name;
  shares_.erase(name);
}

std::optional<time_point> lane_board::next_due() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.begin()->first;
}

}  // namespace vkxx::detail
