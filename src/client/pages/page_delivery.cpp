// Finds the new items of a page and the cursor after them.
#include <algorithm>
#include <ranges>
#include <utility>

#include "client/pages/page_walk.hpp"

namespace vkxx::detail {
namespace {

// A chain counts as finished after this many consecutive pages without a new item.
constexpr int most_idle_chained = 25;
// A chain counts as endless after this many equal consecutive pages of items without identity.
constexpr int most_equal_chained = 50;

template <class Keys>
void keep_last(Keys& keys, std::size_t most) {
  if (keys.size() > most) keys.erase(keys.begin(), keys.end() - static_cast<std::ptrdiff_t>(most));
}

std::string in_numbers(std::int64_t said, std::int64_t given) {
  return "VK says " + std::to_string(said) + ", and gave " + std::to_string(given);
}

}  // namespace

page_cursor page_walk::cursor_here() const {
  page_cursor here;
  here.method = request_.method();
  here.list = digest_;
  here.order = order_;
  here.start = start_;
  here.offset = start_;
  here.from = from_;
  here.size = page_size_;
  here.proven = assumed_size_ ? page_size_ : proven_;
  here.seed = seed_;
  return here;
}

std::string page_walk::cursor(std::size_t delivered) const {
  if (!last_) {
    auto here = origin_ ? *origin_ : cursor_here();
    if (!origin_) here.from = ready_.empty() ? from_ : ready_.front().from;
    if (over_ && ready_.empty()) {
      here.over = true;
      here.reason = incomplete_reason();
    }
    return here.text();
  }
  auto here = cursor_here();
  const auto& fresh = last_->content.fresh();
  const auto taken = std::min(delivered, fresh.size());
  const bool whole = taken == fresh.size() && !last_->cut;
  here.given = last_->given_before + static_cast<std::int64_t>(taken);
  here.total = last_->total;
  here.over = whole && is_at_the_end() && ready_.empty();
  here.reason = here.over ? incomplete_reason() : doubt_;
  here.keys.assign(before_.begin(), before_.end());
  const auto keyed = std::min(taken, last_->keys.size());
  here.keys.insert(here.keys.end(), last_->keys.begin(),
                   last_->keys.begin() + static_cast<std::ptrdiff_t>(keyed));
  keep_last(here.keys, page_cursor::most_keys);
  // The number of items of the page before the cursor.
  const auto passed = taken == 0 ? fresh.front() : fresh[taken - 1] + 1;
  here.offset = last_->place.offset;
  here.size = last_->place.size;
  here.from = last_->from;
  if (order_ == page_order::joined) {
    const auto ahead = static_cast<std::int64_t>(passed) - overlap();
    if (taken > 0) here.offset += std::max<std::int64_t>(ahead, 0);
  } else if (order_ == page_order::position && whole && last_->next_offset) {
    here.offset = *last_->next_offset;
  } else if (order_ == page_order::chained && whole && !last_->next_from.empty()) {
    here.from = last_->next_from;
    ++here.offset;
  } else {
    here.skip = static_cast<std::int64_t>(passed);
  }
  return here.text();
}

std::optional<page> page_walk::take() {
  if (ready_.empty()) return std::nullopt;
  if (last_) {
    before_.insert(before_.end(), last_->keys.begin(), last_->keys.end());
    keep_last(before_, page_cursor::most_keys);
  }
  last_ = std::move(ready_.front());
  ready_.pop_front();
  return last_->content;
}

std::optional<std::size_t> page_walk::last_known(const arrival& page) const {
  for (auto i = page.keys.size(); i > 0; --i) {
    if (page.keys[i - 1] && seen_.contains(*page.keys[i - 1])) return i - 1;
  }
  return std::nullopt;
}

// The items without identity right after the last known item: those at the end of the page before.
std::size_t page_walk::known_loose(const arrival& page, std::size_t begin) const {
  const auto& items = page.list.items();
  std::size_t run = 0;
  const auto matches = [&](std::size_t from, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto at = begin + i;
      if (at >= items.size() || page.keys[at]) return false;
      if (value_key(items[at].text, items[at].group, seed_) != tail_loose_[from + i]) return false;
    }
    return true;
  };
  if (begin > 0) {
    if (page.keys[begin - 1] != tail_) return 0;
    while (run < tail_loose_.size() && matches(0, run + 1)) ++run;
    return run;
  }
  // No other item is known: at most as many as may overlap.
  const auto most = std::min(tail_loose_.size(), static_cast<std::size_t>(overlap()));
  for (run = most; run > 0 && !matches(tail_loose_.size() - run, run);) --run;
  return run;
}

void page_walk::remember_tail(const arrival& page) {
  if (page.list.empty()) return;
  auto loose = page.keys.size();
  while (loose > 0 && !page.keys[loose - 1]) --loose;
  if (loose > 0) tail_ = page.keys[loose - 1];
  tail_loose_.clear();
  for (auto i = loose; i < page.keys.size(); ++i) {
    const auto& item = page.list.items()[i];
    tail_loose_.push_back(value_key(item.text, item.group, seed_));
  }
}

bool page_walk::ends_with_tail(const arrival& page) const {
  const auto last = std::find_if(page.keys.rbegin(), page.keys.rend(),
                                 [](const auto& key) { return key.has_value(); });
  return last != page.keys.rend() && *last == tail_;
}

bool page_walk::deliver(const arrival& page, std::size_t begin, bool resuming) {
  const bool joined = order_ == page_order::joined;
  const auto known = joined ? last_known(page) : std::nullopt;
  if (resuming && known) begin = *known + 1;
  auto loose_from = known ? *known + 1 : std::size_t{0};
  if (joined) loose_from += known_loose(page, loose_from);
  std::vector<std::size_t> fresh;
  std::vector<page_cursor::key> keys;
  bool cut = false;
  for (std::size_t i = 0; i < page.keys.size(); ++i) {
    const auto& key = page.keys[i];
    if (i < begin && key) {
      seen_.insert(*key);
      if (floor_) resumed_keys_.insert(*key);
    }
    if (i < begin || (!key && i < loose_from)) continue;
    if (given_ == limit_) {
      cut = true;
      break;
    }
    if (key && !seen_.insert(*key)) continue;
    if (identity_) {
      const auto& item = page.list.items()[i];
      keys.push_back({key ? *key : value_key(item.text, item.group, seed_), !key});
    }
    fresh.push_back(i);
    ++given_;
  }
  if (fresh.empty()) return false;
  const auto before = static_cast<std::int64_t>(given_ - fresh.size());
  ready_.push_back(ready_page{vkxx::page{page.answer, std::move(fresh), items_path_},
                              page.place,
                              from_,
                              std::move(keys),
                              before,
                              total_,
                              std::nullopt,
                              {},
                              cut});
  return true;
}

// The first item that an earlier walk did not deliver, on the page that its cursor points into.
std::size_t page_walk::begin_of_rest(const arrival& page) {
  const auto skipped = std::exchange(skip_, 0);
  const auto delivered = std::exchange(skipped_keys_, {});
  if (!identity_ || delivered.empty()) return skipped;
  auto begin = page.keys.size();
  while (begin > 0 && !(page.keys[begin - 1] &&
                        std::ranges::find(delivered, *page.keys[begin - 1]) != delivered.end())) {
    --begin;
  }
  while (begin > 0 && begin < std::min(skipped, page.keys.size()) && !page.keys[begin]) ++begin;
  return begin;
}

std::optional<error> page_walk::take_chained(const arrival& page) {
  (void)learn_counts(page.list);
  learn_size(page);
  received_ += static_cast<std::int64_t>(page.keys.size());
  const auto pages_before = offset_++;
  const auto ready_before = ready_.size();
  const bool grew = deliver(page, begin_of_rest(page), false);
  if (!identity_ && !page.list.empty()) {
    auto values = values_of(page.list);
    same_pages_ = values == same_ ? same_pages_ + 1 : 0;
    same_ = std::move(values);
  }
  const auto& next = page.list.next_from();
  if (ready_.size() > ready_before) {
    ready_.back().next_from = next;
    ready_.back().place.offset = pages_before;
  }
  idle_pages_ = grew ? 0 : idle_pages_ + 1;
  const auto given = std::max(received_, static_cast<std::int64_t>(given_));
  // Each page has as many positions as the fullest one, hidden ones included.
  const bool all_there =
      total_ && (given >= *total_ || offset_ * std::min(page_size_, proven_) >= *total_);
  if (given_ == limit_) {
    over_ = true;
  } else if (next.empty()) {
    const bool from_the_start = !request_.parameters().find(from_name_).has_value();
    over_ = true;
    if (total_ && !all_there && from_the_start) {
      end_early(in_numbers(*total_, given) +
                " until it named no next page: it hides the others, or gives no more of this list");
    }
  } else if (!cursors_seen_.insert(hash_of(next, seed_))) {
    over_ = true;
    if (!all_there) {
      end_early("VK named a page again that it had given before (the same `next_from`), after " +
                std::to_string(given) + " items");
    }
  } else if (same_pages_ >= most_equal_chained) {
    end_early("VK gave the same " + std::to_string(page.received()) + " items " +
              std::to_string(same_pages_ + 1) + " times in a row");
  } else if (idle_pages_ > most_idle_chained) {
    end_early(std::to_string(idle_pages_) + " pages in a row brought nothing new, after " +
              std::to_string(given) + " items");
  }
  from_ = next;
  return std::nullopt;
}

}  // namespace vkxx::detail
