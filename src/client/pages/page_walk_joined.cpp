// Lists of identified items: pages overlap, and join by the items they share.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "client/pages/page_walk.hpp"

namespace vkxx::detail {
namespace {

// After this many equal consecutive pages, the list ignores the offset.
constexpr int most_same_pages = 3;
// Bounds the retreats: a list in random order would never join.
constexpr int free_retreats = 50;
constexpr int retreats_per_page = 4;
// The number of pages to accept before short pages are measured.
constexpr int unmeasured_pages = 2;
// The maximum number of pages to read when searching for the position of a cursor.
constexpr int most_searched_pages = 50;

}  // namespace

bool page_walk::may_retreat() const noexcept {
  return retreats_ < free_retreats + retreats_per_page * grown_;
}

// Whether the list returns the same page for every offset. It does if a page that shares no
// position with the first equal page is the same, or if a position after the end returns it. If the
// pages are equal by chance, the next attempt takes the page and continues.
std::optional<error> page_walk::goes_round(const arrival& page) {
  if (offset_name_.empty()) return std::nullopt;
  std::vector<item_key> keys;
  bool fresh = false;
  for (const auto& key : page.keys) {
    if (key) keys.push_back(*key);
    fresh = fresh || !key || !seen_.contains(*key);
  }
  // Items added at the front of a list move its items to later positions.
  if (fresh || keys != same_ || extent_ != same_extent_) {
    same_pages_ = 0;
    same_extent_ = extent_;
    same_ = std::move(keys);
    same_since_ = page.offset();
  } else if (page.offset() != same_at_) {
    ++same_pages_;
  }
  same_at_ = page.offset();
  // A page shorter than requested may be the whole list, returned every time.
  const bool is_short =
      same_pages_ > 0 && page.received() < page_size_ && total_.value_or(0) <= page.received();
  if (same_pages_ < most_same_pages && !is_short) return std::nullopt;
  const auto apart = std::max(page_size_, page.received());
  if (is_short || std::abs(page.offset() - same_since_) < apart) {
    round_check_ = place_behind(page.offset());
    return std::nullopt;
  }
  same_pages_ = most_same_pages - 1;
  return ignored_offset(page);
}

// A list that returns less than requested and announces no more is complete.
std::optional<error> page_walk::ignored_offset(const arrival& page) {
  if (order_ == page_order::joined && total_.value_or(0) <= page.received() &&
      page.received() < page_size_) {
    over_ = true;
    return std::nullopt;
  }
  return made_failure("the list ignores `" + offset_name_ + "`: the same " +
                      std::to_string(page.received()) + " items came wherever it was asked");
}

// Finds the first new item. A walk that continued from a cursor knows only the last items before
// it. If it goes back further, items that were delivered long ago come again: those before the
// first known one from there. Items before those of this walk are new, wherever the page stands:
// others may have been removed.
std::size_t page_walk::begin_of_new(const arrival& page) {
  if (!floor_) return 0;
  const auto is_in = [](const key_set& known) {
    return [&known](const auto& key) { return key && known.contains(*key); };
  };
  const auto first = std::ranges::find_if(page.keys, is_in(resumed_keys_));
  if (first != page.keys.end()) return static_cast<std::size_t>(first - page.keys.begin());
  if (page.offset() >= *floor_ || std::ranges::any_of(page.keys, is_in(seen_))) return 0;
  if (!page.keys.empty()) {
    doubt("the list changed before the cursor: items that stand there now may be missing");
  }
  return page.keys.size();
}

std::optional<error> page_walk::accept_joined(const arrival& page) {
  if (auto failure = goes_round(page)) return failure;
  const bool grew = deliver(page, begin_of_new(page), false);
  if (trusted_at_ == page.offset()) trusted_at_.reset();
  empty_pages_ = 0;
  ++accepted_;
  if (grew) ++grown_;
  if (grew) empty_at_.reset();
  const bool leads_to_end =
      !may_be_full(page) || (empty_at_ && *empty_at_ <= page.offset() + positions());
  settled_ = !grew && leads_to_end && ends_with_tail(page);
  learn_size(page);
  step_joined(page, grew);
  remember_tail(page);
  anchor_ = {page.offset(), page.received(), extent_};
  return std::nullopt;
}

// The offset of the next page. A page that would end at VK's count begins one item later, to show
// whether the count is too low.
std::int64_t page_walk::place_after(std::int64_t offset) const {
  const auto next = offset + stride();
  return overlap() > 1 && extent_ == next + positions() ? next + 1 : next;
}

void page_walk::step_joined(const arrival& page, bool grew) {
  const auto offset = page.offset();
  const auto received = page.received();
  if (offset_name_.empty()) {
    over_ = true;
    if (extent_ && offset + page_size_ < *extent_ && received < *extent_) {
      end_early("VK says " + std::to_string(*extent_) + ", and gave " + std::to_string(received) +
                ": " + request_.method() + " has no parameter for the next page");
    }
    return;
  }
  if (!extent_ && settled_) {
    look_behind(offset);
    return;
  }
  if (grew) {
    idle_pages_ = 0;
    probes_.clear();
  }
  offset_ = place_after(offset);
  if (!count_is_to_be_tried(page)) finish_if_asked_up_to(offset + positions());
  // At the end of the list every page is short.
  const bool little = 2 * proven_ <= page_size_ && (!extent_ || offset + page_size_ <= *extent_);
  if (grew && little && !over_ && !measured_ && !size_name_.empty() && held_.empty() &&
      accepted_ >= unmeasured_pages) {
    begin_measure(page);
  }
}

// Holds back a page that does not join, then requests the pages before it and the page itself
// again: it proves nothing if the list has changed meanwhile.
void page_walk::hold(const arrival& page) {
  const auto offset = page.offset();
  held_.push_back({page.answer, page.place});
  ++retreats_;
  auto before = anchor_.offset + anchor_.received - overlap();
  if (before >= offset) before = offset - stride();
  before = std::clamp(before, start_, std::max(start_, offset - 1));
  plan_checks(before);
  first_check_ = true;
  checked_extent_ = extent_;
}

// Plans the pages from `before` up to the held one, and that one again. A hidden stretch between is
// longer than a page. Empty pages that were read before the list changed prove nothing; otherwise
// the page right before is enough.
void page_walk::plan_checks(std::int64_t before) {
  const auto held = held_.front().place.offset;
  const bool moved = !extent_ || anchor_.extent != extent_;
  checks_ = {before};
  auto covered = before + positions();
  if (!moved && covered < held) checks_.push_back(std::max(before + 1, held - stride()));
  for (auto next = before + stride(); moved && covered < held; next += stride()) {
    checks_.push_back(next);
    covered = next + positions();
  }
  checks_.push_back(held);
}

std::optional<error> page_walk::take_check(const arrival& page) {
  if (checks_.empty()) return std::nullopt;
  const auto offset = page.offset();
  checks_.pop_front();
  if (!first_check_) return take_further_check(page);
  if (!last_known(page) && offset > start_ && may_retreat()) {
    ++retreats_;
    plan_checks(std::max(start_, offset - stride()));
    return std::nullopt;
  }
  // No page was accepted yet: a hidden stretch at the beginning is longer than a page.
  if (page.list.empty() && accepted_ == 0 && extent_ == checked_extent_ && !checks_.empty()) {
    first_check_ = false;
    return std::nullopt;
  }
  if (page.list.empty()) {
    held_.clear();
    checks_.clear();
    offset_ = offset + stride();
    return std::nullopt;
  }
  return conclude_check(page);
}

// Whether the pages between are empty and the held page is unchanged.
std::optional<error> page_walk::take_further_check(const arrival& page) {
  const auto& held = held_.front();
  bool holds = extent_ == checked_extent_;
  if (checks_.empty()) {
    holds = holds && page.keys == keys_of(held.answer);
  } else {
    holds = holds && brings_nothing_new(page);
  }
  if (!holds) {
    held_.clear();
    checks_.clear();
    offset_ = accepted_ == 0 ? start_ : anchor_.offset + stride();
    return std::nullopt;
  }
  if (!checks_.empty()) return std::nullopt;
  trusted_at_ = held.place.offset;
  offset_ = *trusted_at_;
  return release_held();
}

std::vector<std::optional<item_key>> page_walk::keys_of(const reply& answer) const {
  std::vector<std::optional<item_key>> keys;
  const auto list = page_list::read(answer.text(), items_path_);
  if (!list) return keys;
  for (const auto& item : list->items()) {
    keys.push_back(identity_.key_of(item.text, item.group, seed_));
  }
  return keys;
}

// The page before the held one joins. Checks whether the pages now lead up to the held one.
std::optional<error> page_walk::conclude_check(const arrival& page) {
  auto rest = std::exchange(checks_, {});
  const bool at_tail = ends_with_tail(page);
  const auto given = given_;
  const auto over = over_;
  if (auto failure = accept_joined(page)) {
    held_.clear();
    return failure;
  }
  if (given_ >= limit_) return std::nullopt;
  const bool joins = std::ranges::any_of(keys_of(held_.front().answer), [this](const auto& key) {
    return key && seen_.contains(*key);
  });
  // A full page hides nothing: the list has changed between.
  const bool hides = page.received() < page_size_;
  const bool unchanged = given == given_ && at_tail && extent_ == checked_extent_ && hides;
  if (!joins && unchanged && !rest.empty()) {
    checks_ = std::move(rest);
    first_check_ = false;
    over_ = over;
    return std::nullopt;
  }
  if (!joins) {
    // Items were between, although the count is unchanged: a page has fewer positions than assumed.
    if (given != given_ && extent_ == checked_extent_) assumed_size_ = false;
    held_.clear();
    return std::nullopt;
  }
  over_ = over;
  offset_ = held_.front().place.offset;
  return release_held();
}

std::optional<error> page_walk::release_held() {
  const auto pages = std::exchange(held_, {});
  for (const auto& page : pages) {
    if (over_ || (held_.empty() && page.place.offset != offset_)) break;
    if (auto failure = take_in(page.answer, page.place)) return failure;
  }
  return std::nullopt;
}

// Searches at the cursor first, then at the position shifted by the change of the count, then at
// growing distances from both.
std::int64_t page_walk::place_in_search() const {
  const auto moved = search_->total && total_ ? *total_ - *search_->total : 0;
  const auto round = search_->tries / 2;
  const bool backward = search_->tries % 2 == 0;
  if (search_->tries == 0) return std::max(start_, search_->offset);
  if (search_->tries == 1) return std::max(start_, search_->offset + moved);
  const auto from = search_->offset + (backward ? std::min<std::int64_t>(moved, 0)
                                                : std::max<std::int64_t>(moved, 0));
  return std::max(start_, from + (backward ? -round : round) * stride());
}

std::optional<error> page_walk::take_search(const arrival& page) {
  if (!search_) return std::nullopt;
  if (last_known(page)) {
    search_.reset();
    floor_ = page.offset();
    anchor_ = {page.offset(), page.received(), extent_};
    const bool grew = deliver(page, 0, true);
    empty_pages_ = 0;
    ++accepted_;
    learn_size(page);
    step_joined(page, grew);
    remember_tail(page);
    return std::nullopt;
  }
  if (++search_->tries < most_searched_pages) return std::nullopt;
  offset_ = std::max(start_, search_->offset);
  trusted_at_ = offset_;
  floor_ = offset_;
  search_.reset();
  doubt("the items before the cursor are not in the list any more; it went on by position");
  return std::nullopt;
}

}  // namespace vkxx::detail
