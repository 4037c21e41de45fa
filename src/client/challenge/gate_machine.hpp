// Decides which call asks the person when several calls meet a challenge on one token. Pure: no
// I/O.
//
// Of the calls that meet the same kind of challenge on the same token one leads: it asks, sends its
// answer, and holds the gate until VK accepts the answer or the call ends. The others wait.
//   captcha, validation: one answer serves all waiting calls, which are retried unchanged; a
//     refusal ends all of them.
//   confirmation: about one action only, so the next call in line asks for itself.
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

// The verdict for a waiting call.
struct gate_notice {
  std::uint64_t call;
  gate_verdict verdict;
  friend bool operator==(const gate_notice&, const gate_notice&) = default;
};

// How a leading call ended its turn.
enum class turn_end {
  accepted,   // VK accepted the answer, or did not ask again
  refused,    // the person refused, or no tries remain
  abandoned,  // the leading call was cancelled, timed out or failed for another reason
};

class gate_machine {
 public:
  // A call met a challenge of this kind.
  [[nodiscard]] gate_verdict arrive(std::uint64_t call, challenge_kind kind);
  // The leading call ended its turn. Returns the verdicts for the waiting calls.
  [[nodiscard]] std::vector<gate_notice> leave(std::uint64_t call, turn_end end);
  // A waiting call stops waiting. The others are not affected.
  void give_up(std::uint64_t call);

  // Whether no call leads or waits.
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
