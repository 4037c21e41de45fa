// Decides when each call on one token may be sent. Pure: no I/O, no clock.
//
// A sliding window: no interval of the window's length, wherever it begins, holds more sends than
// the limit, as VK counts them. What counts for VK is when a request arrives, which nobody here
// knows; but a request whose answer took longer than the quickest one was late by no more than the
// difference. So the place of a call in the window becomes free a window's length after its
// sending, and later by its possible lateness.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <iosfwd>
#include <list>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include <vkxx/client/call_priority.hpp>
#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

struct limiter_rules {
  // Sends a second, on average; fractions too. In no window are there more than the next whole
  // number of sends, and the window is as long as makes the average right.
  double per_second = 3;
  // Always added to the window.
  duration least_allowance = std::chrono::milliseconds{8};
  // The most lateness of a call that is added to it.
  duration most_allowance = std::chrono::milliseconds{200};
  // How many calls may wait; those above are refused, or wait outside of the line.
  std::size_t most_waiting = 100'000;
  bool wait_when_full = false;
};

struct limiter_call {
  // Names the call; never used again.
  std::uint64_t ticket = 0;
  // Callers of the same priority take turns.
  std::uint64_t caller = 0;
  time_point deadline = no_deadline;
  call_priority priority = call_priority::normal;
  // VK refused it with error 6: it goes to the head of its line.
  bool again = false;
};

enum class limiter_verdict {
  go,        // send it now
  wait,      // a notice will come
  full,      // too many wait already
  too_late,  // it could not be sent before its deadline
};

struct limiter_notice {
  std::uint64_t ticket = 0;
  limiter_verdict verdict = limiter_verdict::go;
  friend bool operator==(const limiter_notice&, const limiter_notice&) = default;
};

// How a sent call ended, as far as the limit is concerned.
enum class limiter_answer {
  counted,  // VK answered
  refused,  // with error 6
  lost,     // no answer: it may have arrived or not
  unsent,   // it surely never left: its place is free
};

class limiter_machine {
 public:
  explicit limiter_machine(const limiter_rules& rules);

  // A call wants to be sent. After `wait`, exactly one notice names it, unless it gives up.
  [[nodiscard]] limiter_verdict arrive(const limiter_call& call, time_point now);
  // A waiting call is cancelled. Nothing happens if it does not wait.
  void give_up(std::uint64_t ticket);
  // The outcome of a call that was told to go, at the moment `sent`.
  void settle(std::uint64_t ticket, time_point sent, limiter_answer answer, time_point now);
  // Those who may go now, and those whose deadline has come. To be asked after every other event.
  [[nodiscard]] std::vector<limiter_notice> release(time_point now);
  // When to ask again, should nothing happen before; nothing: nobody waits.
  [[nodiscard]] std::optional<time_point> next_release() const;

  // For a limit that is shared with other processes. From now on a call goes only by a permit.
  void need_permits(bool needed) noexcept { permits_needed_ = needed; }
  // So many calls may go now, in place of those permitted before.
  void permit(std::size_t calls) noexcept { permits_ = calls; }
  [[nodiscard]] std::size_t permits() const noexcept { return permits_; }
  // How many calls would go now, had they permits.
  [[nodiscard]] std::size_t wants(time_point now);
  // Keeps to one part of so many of the limit. As whole places are dealt out, all parts together
  // hold to it in every window, unless there are more parts than places: then on average.
  void divide(std::size_t parts) noexcept;
  // Another rate from now on; what was sent before keeps its places. Not for a divided window.
  void set_rate(double per_second) noexcept;
  // Sends nothing before.
  void pause(time_point until) noexcept { paused_until_ = std::max(paused_until_, until); }
  // How many places the undivided window has.
  [[nodiscard]] std::size_t places() const noexcept { return whole_; }
  // How long a call that is sent now takes a place: its answer took so long, or is not there yet.
  [[nodiscard]] duration hold(std::optional<duration> round_trip) const noexcept {
    return window() + allowance(round_trip);
  }
  // When a place of the window will be free, and when a waiting call will be too late.
  [[nodiscard]] time_point next_place() const;
  [[nodiscard]] std::optional<time_point> next_deadline() const;

  // When a call of this priority and caller that came now would be sent at the earliest.
  [[nodiscard]] time_point earliest(const limiter_call& call, time_point now) const;
  [[nodiscard]] std::size_t waiting() const noexcept { return entries_.size(); }
  // Whether a call that arrives now would be told to go at once.
  [[nodiscard]] bool open(time_point now);
  // The present rate: below the rules' after refusals.
  [[nodiscard]] double per_second() const noexcept { return rules_.per_second / stretch_; }
  // Whether forgetting the machine would change nothing.
  [[nodiscard]] bool idle(time_point now) const;

 private:
  struct caller_line {
    std::uint64_t caller = 0;
    std::list<std::uint64_t> calls;
  };
  using rotation = std::list<caller_line>;
  struct ranked {
    rotation lines;
    std::unordered_map<std::uint64_t, rotation::iterator> by_caller;
    std::size_t waiting = 0;
  };
  struct entry {
    limiter_call call;
    rotation::iterator home;
    std::list<std::uint64_t>::iterator place;
    bool outside = false;
  };
  // A place in the window that is taken.
  struct slot {
    std::uint64_t ticket = 0;
    time_point sent;
    time_point free_at;
  };

  void queue_up(const limiter_call& call);
  void line_up(entry& call_entry);
  void let_in();
  void leave_line(entry& call_entry) noexcept;
  [[nodiscard]] std::uint64_t take_first();
  void take_slot(std::uint64_t ticket, time_point now);
  void drop_free_slots(time_point now) noexcept;
  void learn(duration round_trip) noexcept;
  void recover(time_point now) noexcept;
  void back_off(time_point now) noexcept;
  [[nodiscard]] bool place_free(time_point now) const noexcept;
  [[nodiscard]] bool may_send(time_point now) const noexcept;
  [[nodiscard]] duration window() const noexcept;
  [[nodiscard]] duration allowance(std::optional<duration> round_trip) const noexcept;
  [[nodiscard]] std::size_t surely_ahead(const limiter_call& call) const noexcept;
  [[nodiscard]] static std::size_t index_of(call_priority priority) noexcept {
    return static_cast<std::size_t>(priority);
  }

  limiter_rules rules_;
  std::size_t whole_;
  duration whole_window_;
  std::size_t most_in_window_;
  duration plain_window_;
  bool permits_needed_ = false;
  std::size_t permits_ = 0;
  double stretch_ = 1;
  time_point changed_{};
  time_point paused_until_{};
  // Of the answers since the last whole number of hundreds, and of the hundreds before.
  duration quickest_now_ = (duration::max)();
  duration quickest_before_ = (duration::max)();
  std::size_t answers_ = 0;
  // Those that are free already stay until a place is wanted, or there are many of them.
  std::vector<slot> slots_;
  std::size_t slots_before_sweep_ = 64;
  // No place becomes free before.
  time_point first_free_ = time_point::max();
  std::array<ranked, 3> ranks_;
  std::list<std::uint64_t> outside_;
  std::unordered_map<std::uint64_t, entry> entries_;
  std::set<std::pair<time_point, std::uint64_t>> deadlines_;
};

std::ostream& operator<<(std::ostream& out, limiter_verdict verdict);
std::ostream& operator<<(std::ostream& out, const limiter_notice& notice);

}  // namespace vkxx::detail
