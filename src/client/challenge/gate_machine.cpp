#include "client/challenge/gate_machine.hpp"

#include <algorithm>
#include <ostream>

namespace vkxx::detail {

gate_verdict gate_machine::arrive(std::uint64_t call, challenge_kind kind) {
  const auto open = std::find_if(lines_.begin(), lines_.end(),
                                 [&](const line& queue) { return queue.kind == kind; });
  if (open == lines_.end()) {
    lines_.push_back({kind, call, {}});
    return gate_verdict::lead;
  }
  // The leader meets the challenge again after a wrong answer, and keeps the lead.
  if (open->leader == call) return gate_verdict::lead;
  open->waiting.push_back(call);
  return gate_verdict::wait;
}

std::vector<gate_notice> gate_machine::leave(std::uint64_t call, turn_end end) {
  const auto led = std::find_if(lines_.begin(), lines_.end(),
                                [&](const line& queue) { return queue.leader == call; });
  if (led == lines_.end()) return {};
  std::vector<gate_notice> notices;
  const bool only_for_itself =
      led->kind == challenge_kind::confirmation || end == turn_end::abandoned;
  if (only_for_itself && !led->waiting.empty()) {
    led->leader = led->waiting.front();
    led->waiting.pop_front();
    notices.push_back({led->leader, gate_verdict::lead});
    return notices;
  }
  const auto verdict = end == turn_end::refused ? gate_verdict::refused : gate_verdict::passed;
  for (const auto waiting : led->waiting) notices.push_back({waiting, verdict});
  lines_.erase(led);
  return notices;
}

void gate_machine::give_up(std::uint64_t call) {
  for (auto& queue : lines_) std::erase(queue.waiting, call);
}

std::ostream& operator<<(std::ostream& out, gate_verdict verdict) {
  switch (verdict) {
    case gate_verdict::lead:
      return out << "lead";
    case gate_verdict::wait:
      return out << "wait";
    case gate_verdict::passed:
      return out << "passed";
    case gate_verdict::refused:
      return out << "refused";
  }
  return out << "unknown verdict";
}

std::ostream& operator<<(std::ostream& out, const gate_notice& notice) {
  return out << notice.call << ": " << notice.verdict;
}

}  // namespace vkxx::detail
