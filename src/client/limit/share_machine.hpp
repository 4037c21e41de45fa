// Decides when a process asks for permits of a shared bucket, and when it uses its own share
// because it cannot ask. Pure: no I/O, no clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <vector>

#include <vkxx/client/shared_limit.hpp>

namespace vkxx::detail {

// A permit, and the earliest time at which it can have been granted.
struct leased_permit {
  shared_permit permit;
  time_point asked_at;
};

struct share_ask {
  std::size_t count = 0;
  bool rejoining = false;
  friend bool operator==(const share_ask&, const share_ask&) = default;
};

class share_machine {
 public:
  // `least`: a lower bound for the number of processes.
  explicit share_machine(std::size_t least) noexcept : least_{least}, processes_{least} {}

  // Returns the question to ask if `calls` could be sent now. Empty if there is nothing to ask.
  [[nodiscard]] std::optional<share_ask> want(std::size_t calls, time_point now);
  // The outcome of a question: exactly one of these follows each.
  void given(const permit_grant& answer, time_point now);
  // `seen`: the number of processes at the last successful question.
  void failed(std::size_t seen, time_point now);

  // Returns a permit for a call that is sent. Empty if the call counts against this process' own
  // share.
  [[nodiscard]] std::optional<leased_permit> use();
  // The unused permits.
  [[nodiscard]] std::vector<leased_permit> leftover();
  [[nodiscard]] std::size_t stock() const noexcept { return stock_.size(); }

  [[nodiscard]] bool asking() const noexcept { return asked_.has_value(); }
  // Whether it uses its own share because it cannot ask.
  [[nodiscard]] bool alone() const noexcept { return alone_; }
  // The number of parts of the limit, one of them for this process; 1 while sharing works.
  [[nodiscard]] std::size_t parts(time_point now) const noexcept;
  [[nodiscard]] std::size_t processes() const noexcept { return processes_; }
  // When to ask or to count the parts again, after `now`.
  [[nodiscard]] std::optional<time_point> next(time_point now) const noexcept;

 private:
  std::size_t least_;
  std::size_t processes_;
  bool alone_ = false;
  std::optional<time_point> asked_;
  std::size_t asked_for_ = 0;
  time_point next_ask_{};
  time_point settled_at_{};
  std::vector<leased_permit> stock_;
};

std::ostream& operator<<(std::ostream& out, const share_ask& ask);

}  // namespace vkxx::detail
