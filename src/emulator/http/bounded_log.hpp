/// @file
/// The newest entries of a list, within a number and a size.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace vkxx::emulation::detail {

/// Keeps the newest entries; the oldest go first. Entries never change, so a reader copies the list
/// of pointers and reads the entries without a lock.
template <class Entry>
class bounded_log {
 public:
  using entries = std::vector<std::shared_ptr<const Entry>>;

  bounded_log(std::size_t most_entries, std::size_t most_bytes)
      : most_entries_{most_entries}, most_bytes_{most_bytes} {}

  /// @param bytes the approximate size of the entry.
  void add(std::shared_ptr<const Entry> entry, std::size_t bytes) {
    if (most_entries_ == 0) return;
    entries_.emplace_back(std::move(entry), bytes);
    ++added_;
    bytes_ += bytes;
    while (entries_.size() > most_entries_ || (bytes_ > most_bytes_ && entries_.size() > 1)) {
      bytes_ -= entries_.front().second;
      entries_.pop_front();
    }
  }
  [[nodiscard]] entries all() const {
    entries result;
    result.reserve(entries_.size());
    for (const auto& [entry, bytes] : entries_) result.push_back(entry);
    return result;
  }
  /// The newest entries that are `wanted`, in order. The search ends where `slack` entries in a row
  /// are not.
  template <class Predicate>
  [[nodiscard]] entries newest(const Predicate& wanted, std::size_t slack) const {
    entries result;
    std::size_t others = 0;
    for (auto at = entries_.rbegin(); at != entries_.rend() && others <= slack; ++at) {
      others = wanted(*at->first) ? 0 : others + 1;
      if (others == 0) result.push_back(at->first);
    }
    std::ranges::reverse(result);
    return result;
  }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  /// How many entries were ever added.
  [[nodiscard]] std::uint64_t added() const noexcept { return added_; }
  /// What was added after the first `seen` entries and is still kept, oldest first.
  [[nodiscard]] entries since(std::uint64_t seen, std::size_t most) const {
    const auto first = added_ - entries_.size();
    entries result;
    for (auto at = seen > first ? seen - first : 0; at < entries_.size() && result.size() < most;
         ++at)
      result.push_back(entries_[at].first);
    return result;
  }
  void clear() noexcept {
    entries_.clear();
    bytes_ = 0;
  }

 private:
  std::deque<std::pair<std::shared_ptr<const Entry>, std::size_t>> entries_;
  std::size_t most_entries_;
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t added_ = 0;
};

}  // namespace vkxx::emulation::detail
