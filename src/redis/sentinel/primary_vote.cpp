#include "redis/sentinel/primary_vote.hpp"

#include <algorithm>
#include <utility>

namespace vkxx::redis::detail {

void primary_vote::answered(std::size_t sentinel, known_primary primary) {
  if (has_spoken(sentinel)) return;
  answers_[sentinel] = std::move(primary);
}

void primary_vote::failed(std::size_t sentinel, std::string why) {
  if (has_spoken(sentinel)) return;
  problems_[sentinel] = std::move(why);
}

bool primary_vote::has_spoken(std::size_t sentinel) const {
  return sentinel >= answers_.size() || answers_[sentinel] || !problems_[sentinel].empty();
}

std::size_t primary_vote::votes_for(const known_primary& primary) const {
  return static_cast<std::size_t>(
      std::count(answers_.begin(), answers_.end(), std::optional{primary}));
}

bool primary_vote::is_decided() const {
  bool all = true;
  for (std::size_t sentinel = 0; sentinel < answers_.size(); ++sentinel) {
    all = all && has_spoken(sentinel);
  }
  if (all) return true;
  const auto best = chosen();
  return best && 2 * votes_for(*best) > answers_.size();
}

std::optional<known_primary> primary_vote::chosen() const {
  std::optional<known_primary> best;
  for (const auto& answer : answers_) {
    if (!answer) continue;
    const bool better = !best || answer->epoch > best->epoch ||
                        (answer->epoch == best->epoch && votes_for(*answer) > votes_for(*best));
    if (better) best = answer;
  }
  return best;
}

std::string primary_vote::problems() const {
  std::string text;
  for (const auto& problem : problems_) {
    if (problem.empty()) continue;
    if (!text.empty()) text += "; ";
    text += problem;
  }
  return text;
}

}  // namespace vkxx::redis::detail
