#include "client/execute/batch_machine.hpp"

#include <algorithm>

namespace vkxx::detail {

batch_machine::arrival batch_machine::arrive(ticket who, const std::string& key,
                                             std::size_t code_length) {
  if (!key.empty()) {
    if (const auto known = by_key_.find(key); known != by_key_.end()) {
      items_.at(known->second).tickets.push_back(who);
      by_ticket_.emplace(who, known->second);
      return {known->second, true, false};
    }
  }
  const auto which = ++last_;
  auto& added = items_[which];
  added.tickets.push_back(who);
  added.key = key;
  added.code_length = code_length;
  added.place = queue_.insert(queue_.end(), which);
  if (!key.empty()) by_key_.emplace(key, which);
  by_ticket_.emplace(who, which);
  return {which, false, needs_batch()};
}

bool batch_machine::needs_batch() {
  const auto wanted = (queue_.size() + rules_.most_calls - 1) / rules_.most_calls;
  if (pending_batches_ >= wanted) return false;
  ++pending_batches_;
  return true;
}

void batch_machine::lose_batch() noexcept {
  if (pending_batches_ != 0) --pending_batches_;
}

std::vector<batch_machine::item> batch_machine::load() {
  lose_batch();
  std::vector<item> taken;
  std::size_t length = 0;
  while (!queue_.empty() && taken.size() < rules_.most_calls) {
    auto& next = items_.at(queue_.front());
    length += next.code_length;
    // A single call is taken at any length.
    if (!taken.empty() && length > rules_.longest_code) break;
    taken.push_back(queue_.front());
    queue_.pop_front();
    next.place.reset();
  }
  return taken;
}

std::vector<batch_machine::ticket> batch_machine::settle(item which) {
  const auto found = items_.find(which);
  if (found == items_.end()) return {};
  auto tickets = std::move(found->second.tickets);
  for (const auto who : tickets) by_ticket_.erase(who);
  forget(which);
  return tickets;
}

std::vector<batch_machine::ticket> batch_machine::callers(item which) const {
  const auto found = items_.find(which);
  return found != items_.end() ? found->second.tickets : std::vector<ticket>{};
}

bool batch_machine::is_wanted(item which) const {
  const auto found = items_.find(which);
  return found != items_.end() && !found->second.tickets.empty();
}

bool batch_machine::give_up(ticket who) {
  const auto found = by_ticket_.find(who);
  if (found == by_ticket_.end()) return false;
  const auto which = found->second;
  by_ticket_.erase(found);
  auto& pending = items_.at(which);
  std::erase(pending.tickets, who);
  // A loaded item ends with its batch, but another call may still join it.
  if (!pending.tickets.empty() || !pending.place) return false;
  forget(which);
  return true;
}

void batch_machine::forget(item which) {
  const auto found = items_.find(which);
  if (found->second.place) queue_.erase(*found->second.place);
  if (!found->second.key.empty()) by_key_.erase(found->second.key);
  items_.erase(found);
}

}  // namespace vkxx::detail
