#include "client/limit/limiter_machine.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <new>
#include <ostream>

namespace vkxx::detail {
namespace {

// After a refusal the rate falls by this factor, but not below a fraction of the limit.
constexpr double back_off_factor = 1.25;
constexpr double most_stretch = 8;
// Every two windows without a refusal it rises by this much of the limit's window.
constexpr double recovery_step = 0.05;
constexpr int windows_until_recovery = 2;
constexpr std::size_t answers_until_forgotten = 256;
// With fewer answers, even the quickest may have been slow.
constexpr std::size_t least_answers = 4;

duration scaled(duration span, double factor) noexcept {
  return std::chrono::duration_cast<duration>(span * factor);
}

}  // namespace

limiter_machine::limiter_machine(const limiter_rules& rules)
    : rules_{rules},
      whole_{static_cast<std::size_t>(std::ceil(rules.per_second))},
      whole_window_{std::chrono::duration_cast<duration>(
          std::chrono::duration<double>{static_cast<double>(whole_) / rules.per_second})},
      most_in_window_{whole_},
      plain_window_{whole_window_} {}

bool limiter_machine::open(time_point now) {
  recover(now);
  if (slots_.size() >= std::min(most_in_window_, slots_before_sweep_)) drop_free_slots(now);
  return entries_.empty() && may_send(now);
}

limiter_verdict limiter_machine::arrive(const limiter_call& call, time_point now) {
  if (open(now)) {
    take_slot(call.ticket, now);
    return limiter_verdict::go;
  }
  const bool full = entries_.size() - outside_.size() >= rules_.most_waiting;
  if (full && !rules_.wait_when_full && !call.again) return limiter_verdict::full;
  if (call.deadline != no_deadline && earliest(call, now) >= call.deadline) {
    return limiter_verdict::too_late;
  }
  queue_up(call);
  return limiter_verdict::wait;
}

void limiter_machine::queue_up(const limiter_call& call) {
  const auto added = entries_.try_emplace(call.ticket).first;
  auto& call_entry = added->second;
  call_entry.ticket = call.ticket;
  call_entry.caller = call.caller;
  call_entry.priority = call.priority;
  call_entry.again = call.again;
  call_entry.outside = !call.again && entries_.size() - 1 - outside_.size() >= rules_.most_waiting;
  try {
    add_deadline(call);
    if (!call_entry.outside) line_up(call_entry);
  } catch (const std::bad_alloc&) {
    entries_.erase(added);
    drop_left_deadlines();
    throw;
  }
  if (call_entry.outside) outside_.push_back(call_entry);
}

void limiter_machine::add_deadline(const limiter_call& call) {
  if (call.deadline == no_deadline) return;
  deadlines_.emplace_back(call.deadline, call.ticket);
  std::push_heap(deadlines_.begin(), deadlines_.end(), std::greater{});
}

// Restores the rule that the first deadline is of a call that waits, and bounds the others.
void limiter_machine::drop_left_deadlines() {
  const auto left = [this](const auto& deadline) { return !entries_.contains(deadline.second); };
  if (deadlines_.size() > 2 * entries_.size() + 64) {
    std::erase_if(deadlines_, left);
    std::make_heap(deadlines_.begin(), deadlines_.end(), std::greater{});
  }
  while (!deadlines_.empty() && left(deadlines_.front())) {
    std::pop_heap(deadlines_.begin(), deadlines_.end(), std::greater{});
    deadlines_.pop_back();
  }
}

limiter_machine::rotation::iterator limiter_machine::line_of(ranked& rank, std::uint64_t caller) {
  const auto known = rank.by_caller.find(caller);
  if (known != rank.by_caller.end()) return known->second;
  // A line is never empty, so it joins the others when nothing can fail any more.
  rotation fresh;
  fresh.push_back(caller_line{caller, {}});
  const auto created = fresh.begin();
  rank.by_caller.emplace(caller, created);
  rank.lines.splice(rank.lines.end(), fresh);
  return created;
}

void limiter_machine::line_up(entry& call_entry) {
  auto& rank = ranks_[index_of(call_entry.priority)];
  const auto home = line_of(rank, call_entry.caller);
  ++rank.waiting;
  auto& calls = home->calls;
  auto before = calls.end();
  if (call_entry.again) {
    // After the calls that were refused earlier.
    before =
        std::find_if(calls.begin(), calls.end(), [](const entry& other) { return !other.again; });
    rank.lines.splice(rank.lines.begin(), rank.lines, home);
  }
  calls.insert(before, call_entry);
}

void limiter_machine::let_in() {
  while (!outside_.empty() && entries_.size() - outside_.size() < rules_.most_waiting) {
    auto& call_entry = outside_.front();
    outside_.pop_front();
    call_entry.outside = false;
    line_up(call_entry);
  }
}

void limiter_machine::leave_line(entry& call_entry) noexcept {
  if (call_entry.outside) {
    outside_.erase(outside_.iterator_to(call_entry));
    return;
  }
  auto& rank = ranks_[index_of(call_entry.priority)];
  const auto found = rank.by_caller.find(call_entry.caller);
  const auto home = found->second;
  home->calls.erase(home->calls.iterator_to(call_entry));
  --rank.waiting;
  if (!home->calls.empty()) return;
  rank.by_caller.erase(found);
  rank.lines.erase(home);
}

void limiter_machine::give_up(std::uint64_t ticket) {
  const auto found = entries_.find(ticket);
  if (found == entries_.end()) return;
  leave_line(found->second);
  entries_.erase(found);
  drop_left_deadlines();
  let_in();
}

std::uint64_t limiter_machine::take_first() {
  const auto rank = std::find_if(ranks_.begin(), ranks_.end(),
                                 [](const auto& candidate) { return candidate.waiting != 0; });
  const auto first = rank->lines.begin();
  const auto ticket = first->calls.front().ticket;
  // The caller's next call comes after one call of every other caller.
  rank->lines.splice(rank->lines.end(), rank->lines, first);
  give_up(ticket);
  return ticket;
}

std::vector<limiter_notice> limiter_machine::release(time_point now) {
  std::vector<limiter_notice> notices;
  if (entries_.empty()) return notices;
  recover(now);
  drop_free_slots(now);
  while (!deadlines_.empty() && deadlines_.front().first <= now) {
    const auto ticket = deadlines_.front().second;
    give_up(ticket);
    notices.push_back({ticket, limiter_verdict::too_late});
  }
  while (!entries_.empty() && may_send(now)) {
    const auto ticket = take_first();
    take_slot(ticket, now);
    notices.push_back({ticket, limiter_verdict::go});
  }
  return notices;
}

time_point limiter_machine::next_place() const {
  if (slots_.size() < most_in_window_) return paused_until_;
  std::vector<time_point> free;
  free.reserve(slots_.size());
  for (const auto& used_slot : slots_) free.push_back(used_slot.free_at);
  const auto wanted = free.begin() + static_cast<std::ptrdiff_t>(slots_.size() - most_in_window_);
  std::nth_element(free.begin(), wanted, free.end());
  return std::max(paused_until_, *wanted);
}

std::optional<time_point> limiter_machine::next_deadline() const {
  return deadlines_.empty() ? std::nullopt : std::optional{deadlines_.front().first};
}

std::optional<time_point> limiter_machine::next_release() const {
  if (entries_.empty()) return std::nullopt;
  return std::min(next_place(), next_deadline().value_or(no_deadline));
}

std::size_t limiter_machine::wants(time_point now) {
  recover(now);
  drop_free_slots(now);
  if (!place_free(now)) return 0;
  return std::min(entries_.size() - outside_.size(), most_in_window_ - slots_.size());
}

void limiter_machine::divide(std::size_t parts) noexcept {
  most_in_window_ = std::max<std::size_t>(whole_ / parts, 1);
  const auto taken = static_cast<double>(most_in_window_ * parts) / static_cast<double>(whole_);
  plain_window_ = scaled(whole_window_, std::max(taken, 1.0));
}

void limiter_machine::set_rate(double per_second) noexcept {
  rules_.per_second = per_second;
  whole_ = static_cast<std::size_t>(std::ceil(per_second));
  whole_window_ = std::chrono::duration_cast<duration>(
      std::chrono::duration<double>{static_cast<double>(whole_) / per_second});
  most_in_window_ = whole_;
  plain_window_ = whole_window_;
}

void limiter_machine::take_slot(std::uint64_t ticket, time_point now) {
  if (permits_ > 0) --permits_;
  slots_.push_back({ticket, now, now + hold(std::nullopt)});
  first_free_ = std::min(first_free_, slots_.back().free_at);
}

void limiter_machine::drop_free_slots(time_point now) noexcept {
  if (now < first_free_) return;
  first_free_ = time_point::max();
  std::erase_if(slots_, [&](const slot& used_slot) {
    if (used_slot.free_at <= now) return true;
    first_free_ = std::min(first_free_, used_slot.free_at);
    return false;
  });
  slots_before_sweep_ = 2 * slots_.size() + 64;
}

bool limiter_machine::place_free(time_point now) const noexcept {
  return now >= paused_until_ && slots_.size() < most_in_window_;
}

bool limiter_machine::may_send(time_point now) const noexcept {
  return place_free(now) && (!permits_needed_ || permits_ > 0);
}

void limiter_machine::settle(std::uint64_t ticket, time_point sent, limiter_answer answer,
                             time_point now) {
  recover(now);
  const bool answered = answer == limiter_answer::counted || answer == limiter_answer::refused;
  if (answered) learn(now - sent);
  if (answer == limiter_answer::refused) back_off(now);
  // From the back: a call that is answered now was sent recently.
  const auto found = std::find_if(slots_.rbegin(), slots_.rend(), [ticket](const slot& used_slot) {
    return used_slot.ticket == ticket;
  });
  if (found == slots_.rend()) return;
  if (answered) {
    found->free_at = sent + hold(now - sent);
    first_free_ = std::min(first_free_, found->free_at);
  } else if (answer == limiter_answer::unsent) {
    slots_.erase(std::next(found).base());
  }
}

// Uses the quickest of the last few hundred, since the route to VK may become longer. Not a mean:
// the answers of a busy moment, all late together, must not count as normal.
void limiter_machine::learn(duration round_trip) noexcept {
  quickest_now_ = std::min(quickest_now_, round_trip);
  if (++answers_ % answers_until_forgotten != 0) return;
  quickest_before_ = std::exchange(quickest_now_, (duration::max)());
}

// How much later than the quickest one a call may have arrived.
duration limiter_machine::allowance(std::optional<duration> round_trip) const noexcept {
  // The first calls open connections, which takes extra time: the quickest of them says nothing
  // yet.
  const bool known = answers_ > std::max(whole_, least_answers);
  const auto quickest = known ? std::min(quickest_now_, quickest_before_) : duration::zero();
  if (!round_trip) {
    // A call whose answer is not due when its place becomes free does not count as late.
    const bool due_later = known && quickest >= window() + rules_.least_allowance;
    return rules_.least_allowance + (due_later ? duration::zero() : rules_.most_allowance);
  }
  const auto late = std::clamp(*round_trip - quickest, duration::zero(), rules_.most_allowance);
  return rules_.least_allowance + late;
}

duration limiter_machine::window() const noexcept {
  return stretch_ == 1 ? plain_window_ : scaled(plain_window_, stretch_);
}

// Another program uses the token, or requests arrive closer together than they were sent.
void limiter_machine::back_off(time_point now) noexcept {
  // Calls that were sent together are refused together, which counts once.
  if (stretch_ == 1 || now - changed_ >= plain_window_) {
    stretch_ = std::min(stretch_ * back_off_factor, most_stretch);
    changed_ = now;
  }
  const auto share = window() / static_cast<duration::rep>(most_in_window_);
  paused_until_ = std::max(paused_until_, now + share);
}

void limiter_machine::recover(time_point now) noexcept {
  const auto pause = plain_window_ * windows_until_recovery;
  while (stretch_ > 1 && now - changed_ >= pause) {
    stretch_ = std::max(1.0, stretch_ - recovery_step);
    changed_ += pause;
  }
}

// The number of calls that are certain to precede this one, even if none is refused and all others
// give up their right to a second turn.
std::size_t limiter_machine::surely_ahead(const limiter_call& call) const noexcept {
  std::size_t ahead = 0;
  for (std::size_t i = 0; i < index_of(call.priority); ++i) ahead += ranks_[i].waiting;
  if (call.again) return ahead;
  const auto& rank = ranks_[index_of(call.priority)];
  const auto own = rank.by_caller.find(call.caller);
  const auto mine = own == rank.by_caller.end() ? 0 : own->second->calls.size();
  if (mine == rank.waiting) return ahead + mine;
  for (const auto& line : rank.lines) ahead += std::min(line.calls.size(), mine);
  return ahead;
}

time_point limiter_machine::earliest(const limiter_call& call, time_point now) const {
  const auto begin = std::max(now, paused_until_);
  const auto turn = window() + rules_.least_allowance;
  // First a cheap upper bound: behind all others.
  const auto rounds = [&](std::size_t ahead) {
    return static_cast<duration::rep>(ahead / most_in_window_);
  };
  if (begin + turn * (rounds(entries_.size()) + 2) < call.deadline &&
      call.deadline != no_deadline) {
    return begin;
  }
  std::vector<time_point> places(most_in_window_, begin);
  std::vector<time_point> taken;
  taken.reserve(slots_.size());
  for (const auto& used_slot : slots_) taken.push_back(std::max(begin, used_slot.free_at));
  std::sort(taken.begin(), taken.end());
  const auto kept = std::min(taken.size(), places.size());
  std::copy(taken.end() - static_cast<std::ptrdiff_t>(kept), taken.end(),
            places.end() - static_cast<std::ptrdiff_t>(kept));
  const auto ahead = surely_ahead(call);
  return places[ahead % most_in_window_] + turn * rounds(ahead);
}

bool limiter_machine::idle(time_point now) const {
  return entries_.empty() && stretch_ == 1 && paused_until_ <= now &&
         std::all_of(slots_.begin(), slots_.end(),
                     [now](const slot& used_slot) { return used_slot.free_at <= now; });
}

std::ostream& operator<<(std::ostream& out, limiter_verdict verdict) {
  switch (verdict) {
    case limiter_verdict::go:
      return out << "go";
    case limiter_verdict::wait:
      return out << "wait";
    case limiter_verdict::full:
      return out << "full";
    case limiter_verdict::too_late:
      return out << "too_late";
  }
  return out << "unknown verdict";
}

std::ostream& operator<<(std::ostream& out, const limiter_notice& notice) {
  return out << notice.ticket << ": " << notice.verdict;
}

}  // namespace vkxx::detail
