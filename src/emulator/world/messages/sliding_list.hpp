/// @file
/// A list that grows at its end and is dropped from its beginning.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace vkxx::emulation::detail {

/// Contiguous, unlike std::deque, and without memory while it is empty.
template <class Entry>
class sliding_list {
 public:
  using value_type = Entry;

  [[nodiscard]] bool empty() const noexcept { return first_ == entries_.size(); }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size() - first_; }
  [[nodiscard]] Entry& operator[](std::size_t index) noexcept { return entries_[first_ + index]; }
  [[nodiscard]] const Entry& operator[](std::size_t index) const noexcept {
    return entries_[first_ + index];
  }
  [[nodiscard]] Entry* begin() noexcept { return entries_.data() + first_; }
  [[nodiscard]] Entry* end() noexcept { return entries_.data() + entries_.size(); }
  [[nodiscard]] const Entry* begin() const noexcept { return entries_.data() + first_; }
  [[nodiscard]] const Entry* end() const noexcept { return entries_.data() + entries_.size(); }
  [[nodiscard]] Entry& front() noexcept { return entries_[first_]; }
  [[nodiscard]] const Entry& front() const noexcept { return entries_[first_]; }
  [[nodiscard]] const Entry& back() const noexcept { return entries_.back(); }

  void push_back(Entry entry) { entries_.push_back(std::move(entry)); }
  void pop_front() {
    entries_[first_] = Entry{};
    ++first_;
    // Each entry is moved at most once per entry that was dropped.
    if (first_ * 2 < entries_.size()) return;
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
    // A list that was once long does not keep its memory.
    if (entries_.size() <= entries_.capacity() / 4) entries_.shrink_to_fit();
  }

 private:
  std::vector<Entry> entries_;
  std::size_t first_ = 0;
};

}  // namespace vkxx::emulation::detail
