// Decides when each call on one token may be sent. Pure: no I/O, no clock.
//
// A sliding window: no interval of the window's length, wherever it begins, holds more sends than
// the limit, as VK counts them. VK counts by arrival, which is unknown here; but a request is later
// than the quickest one by no more than the difference of their response times. So the place of a
// call in the window becomes free one window after its sending, plus its possible lateness.
#pragma once

#include <algorithm>
#include <array>
#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <iosfwd>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <vkxx/client/call_priority.hpp>
#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

struct limiter_rules {
  // Sends per second on average; may be fractional. No window holds more than this number rounded
  // up, and its length makes the average exact.
  double per_second = 3;
  // Always added to the window.
  duration least_allowance = std::chrono::milliseconds{8};
  // The maximum lateness of a call that counts.
  duration most_allowance = std::chrono::milliseconds{200};
  // The maximum number of waiting calls. Further calls are refused, or wait outside of the queue.
  std::size_t most_waiting = 100'000;
  bool wait_when_full = false;
};

struct limiter_call {
  // Identifies the call; never reused.
  std::uint64_t ticket = 0;
  // Callers of the same priority take turns.
  std::uint64_t caller = 0;
  time_point deadline = no_deadline;
  call_priority priority = call_priority::normal;
  // VK refused it with error 6: it goes to the head of its queue.
  bool again = false;
};

enum class limiter_verdict {
  go,        // send it now
  wait,      // a notice follows
  full,      // too many calls wait
  too_late,  // it could not be sent before its deadline
};

struct limiter_notice {
  std::uint64_t ticket = 0;
  limiter_verdict verdict = limiter_verdict::go;
  friend bool operator==(const limiter_notice&, const limiter_notice&) = default;
};

// How a sent call ended, with respect to the limit.
enum class limiter_answer {
  counted,  // VK answered
  refused,  // with error 6
  lost,     // no answer: it may have arrived
  unsent,   // it was not sent: its place is free
};

class limiter_machine {
 public:
  explicit limiter_machine(const limiter_rules& rules);

  // A call wants to be sent. After `wait`, exactly one notice names it, unless it gives up.
  [[nodiscard]] limiter_verdict arrive(const limiter_call& call, time_point now);
  // A waiting call is cancelled. No effect if it does not wait.
  void give_up(std::uint64_t ticket);
  // The outcome of a call with the verdict `go`, sent at the moment `sent`.
  void settle(std::uint64_t ticket, time_point sent, limiter_answer answer, time_point now);
  // Returns the calls that may be sent now, and those whose deadline has passed. Must be polled
  // after every other event.
  [[nodiscard]] std::vector<limiter_notice> release(time_point now);
  // When to poll again unless an event comes earlier. Empty if no call waits.
  [[nodiscard]] std::optional<time_point> next_release() const;

  // For a limit shared with other processes: from now on each call needs a permit.
  void need_permits(bool needed) noexcept { permits_needed_ = needed; }
  // Sets the number of permits.
  void permit(std::size_t calls) noexcept { permits_ = calls; }
  [[nodiscard]] std::size_t permits() const noexcept { return permits_; }
  // The number of calls that would be sent now if they had permits.
  [[nodiscard]] std::size_t wants(time_point now);
  // Restricts this process to one of `parts` equal parts of the limit. Places are dealt out whole,
  // so all parts together keep the limit in every window, or on average if there are more parts
  // than places.
  void divide(std::size_t parts) noexcept;
  // Sets another rate; calls that were sent before keep their places. Not for a divided window.
  void set_rate(double per_second) noexcept;
  // No call is sent before `until`.
  void pause(time_point until) noexcept { paused_until_ = std::max(paused_until_, until); }
  // The number of places of the undivided window.
  [[nodiscard]] std::size_t places() const noexcept { return whole_; }
  // How long a call occupies its place: by its response time, or by its age if not answered yet.
  [[nodiscard]] duration hold(std::optional<duration> round_trip) const noexcept {
    return window() + allowance(round_trip);
  }
  // When a place of the window becomes free, and when a waiting call becomes too late.
  [[nodiscard]] time_point next_place() const;
  [[nodiscard]] std::optional<time_point> next_deadline() const;

  // The earliest time at which a new call of this priority and caller would be sent.
  [[nodiscard]] time_point earliest(const limiter_call& call, time_point now) const;
  [[nodiscard]] std::size_t waiting() const noexcept { return entries_.size(); }
  // Whether a call that arrives now would be sent at once.
  [[nodiscard]] bool open(time_point now);
  // The current rate: below that of the rules after refusals.
  [[nodiscard]] double per_second() const noexcept { return rules_.per_second / stretch_; }
  // Whether the machine can be discarded without any effect.
  [[nodiscard]] bool idle(time_point now) const;

 private:
  // One exists for each waiting call, so it stays small: the links of its line are in it.
  struct entry : boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::normal_link>> {
    std::uint64_t ticket = 0;
    std::uint64_t caller = 0;
    call_priority priority = call_priority::normal;
    bool again = false;
    bool outside = false;
  };
  using call_list = boost::intrusive::list<entry>;
  struct caller_line {
    std::uint64_t caller = 0;
    call_list calls;
  };
  using rotation = std::list<caller_line>;
  struct ranked {
    rotation lines;
    std::unordered_map<std::uint64_t, rotation::iterator> by_caller;
    std::size_t waiting = 0;
  };
  // An occupied place in the window.
  struct slot {
    std::uint64_t ticket = 0;
    time_point sent;
    time_point free_at;
  };

  void queue_up(const limiter_call& call);
  [[nodiscard]] static rotation::iterator line_of(ranked& rank, std::uint64_t caller);
  void line_up(entry& call_entry);
  void let_in();
  void leave_line(entry& call_entry) noexcept;
  void add_deadline(const limiter_call& call);
  void drop_left_deadlines();
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
  // The quickest of the current hundred answers, and of the hundreds before.
  duration quickest_now_ = (duration::max)();
  duration quickest_before_ = (duration::max)();
  std::size_t answers_ = 0;
  // Free slots stay until a place is needed, or until there are many.
  std::vector<slot> slots_;
  std::size_t slots_before_sweep_ = 64;
  // No place becomes free earlier.
  time_point first_free_ = time_point::max();
  std::array<ranked, 3> ranks_;
  call_list outside_;
  std::unordered_map<std::uint64_t, entry> entries_;
  // A heap, the earliest first, of the deadlines and tickets of waiting calls. The first one is of
  // a call that waits; the others may have left the queue. Smaller than a set of them.
  std::vector<std::pair<time_point, std::uint64_t>> deadlines_;
};

std::ostream& operator<<(std::ostream& out, limiter_verdict verdict);
std::ostream& operator<<(std::ostream& out, const limiter_notice& notice);

}  // namespace vkxx::detail
