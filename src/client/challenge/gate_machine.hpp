// Decides who asks the person when several calls meet a challenge on one token. Pure: no I/O.
//
// Of the calls that meet the same kind of challenge on the same token one leads: it asks, sends its
// answer, and holds the gate until VK has accepted or the call has ended. The others wait.
//   captcha, validation: one answer serves all waiting calls, which are retried unchanged; a
//     refusal ends all of them.
//   confirmation: about one action only, so the next in line asks for itself.
#pragma once

#include <cstdint>
#include <deque>
#include <iosfwd>
#include <string>
#include <vector>

#include <vkxx/client/challenge.hpp>

namespace vkxx::detail {

enum class gate_verdict {
  lead,     // ask the person
  wait,     // another call asks; a verdict follows
  passed,   // another call's answer was accepted: retry
  refused,  // the person refused: fail with the call's own error
};

// A verdict for a call that waited.
struct gate_notice {
  std::uint64_t call;
  gate_verdict verdict;
  friend bool operator==(const gate_notice&, const gate_notice&) = default;
};

// How a leading call ended its turn.
enum class turn_end {
  accepted,   // VK took the answer, or at least did not ask again
  refused,    // the person refused, or the tries are used up
  abandoned,  // the leading call was cancelled, ran out of time or failed on its own account
};

class gate_machine {
 public:
  // A call met a challenge of this kind.
  [[nodiscard]] gate_verdict arrive(std::uint64_t call, challenge_kind kind);
  // The leading call ended its turn. Gives the verdicts for those who waited.
  [[nodiscard]] std::vector<gate_notice> leave(std::uint64_t call, turn_end end);
  // A waiting call does not wait any longer. Nothing happens to the others.
  void give_up(std::uint64_t call);

  // Nobody leads and nobody waits.
  [[nodiscard]] bool idle() const noexcept { return lines_.empty(); }

 private:
  struct line {
    challenge_kind kind;
    std::uint64_t leader;
    std::deque<std::uint64_t> waiting;
  };
  std::vector<line> lines_;
};

std::ostream& operator<<(std::ostream& out, gate_verdict verdict);
std::ostream& operator<<(std::ostream& out, const gate_notice& notice);

}  // namespace vkxx::detail
