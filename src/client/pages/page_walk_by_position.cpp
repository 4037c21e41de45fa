// Lists of items without identity: pages side by side, by the server's positions alone.
#include <algorithm>
#include <utility>

#include "client/pages/page_walk.hpp"

namespace vkxx::detail {
namespace {

// After this many equal consecutive pages, checks whether the list ignores the offset.
constexpr int most_equal_pages = 3;
// The distance, in pages, of a position after the end of a list of unknown length.
constexpr std::int64_t far_pages = 10'000;

}  // namespace

std::vector<item_key> page_walk::values_of(const page_list& list) const {
  std::vector<item_key> keys;
  for (const auto& item : list.items()) keys.push_back(text_key(item.text, item.group, seed_));
  return keys;
}

// Whether equal pages came often enough to request a position after the end: a list that ignores
// the offset returns the same page there.
bool page_walk::goes_round_by_position(const arrival& page) {
  if (round_checked_ || offset_name_.empty()) return false;
  auto values = values_of(page.list);
  if (page.offset() != same_at_) same_pages_ = values == same_ ? same_pages_ + 1 : 0;
  same_ = std::move(values);
  same_at_ = page.offset();
  if (same_pages_ < most_equal_pages) return false;
  round_check_ = place_behind(page.offset());
  return true;
}

std::int64_t page_walk::place_behind(std::int64_t offset) const {
  return extent_ ? std::max(*extent_, offset) + page_size_ : offset + far_pages * page_size_;
}

std::optional<error> page_walk::take_round_check(const arrival& page) {
  std::vector<item_key> keys;
  if (order_ == page_order::position) keys = values_of(page.list);
  for (const auto& key : page.keys) {
    if (key && order_ == page_order::joined) keys.push_back(*key);
  }
  if (!page.list.empty() && keys == same_) return ignored_offset(page);
  round_check_.reset();
  round_checked_ = true;
  same_pages_ = 0;
  return std::nullopt;
}

std::optional<error> page_walk::accept_by_position(const arrival& page) {
  const auto received = page.received();
  const auto size = page.place.size;
  if (offset_name_.empty()) {
    (void)deliver(page, begin_of_rest(page), false);
    over_ = true;
    if (extent_ && page.offset() + std::max(page_size_, received) < *extent_) {
      end_early("VK says " + std::to_string(*extent_) + ", and gave " + std::to_string(received) +
                ": " + request_.method() + " has no parameter for the next page");
    }
    return std::nullopt;
  }
  if (goes_round_by_position(page)) return std::nullopt;
  const bool known_size = size > 0 && size <= positions() && (assumed_size_ || size <= proven_);
  learn_size(page);
  const bool all = extent_ && page.offset() + received >= *extent_;
  if (known_size || received >= size || all || size_name_.empty()) {
    deliver_window(page, all);
  } else {
    begin_measure(page);
  }
  return std::nullopt;
}

// Delivers a page whose positions are known.
void page_walk::deliver_window(const arrival& page, bool all) {
  const auto ready_before = ready_.size();
  const auto begin = begin_of_rest(page);
  (void)deliver(page, begin, false);
  skip_ = begin - std::min(begin, page.keys.size());
  empty_pages_ = 0;
  idle_pages_ = 0;
  probes_.clear();
  ++accepted_;
  anchor_ = {page.offset(), page.received(), extent_};
  offset_ = page.offset() + std::max(page.place.size, page.received());
  if (ready_.size() > ready_before) ready_.back().next_offset = offset_;
  if (count_is_to_be_tried(page)) return;
  over_ = over_ || all;
  finish_if_asked_up_to(offset_);
}

}  // namespace vkxx::detail
