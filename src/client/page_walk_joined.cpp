// Lists whose items are identified: pages that overlap, and are joined by the items they share.
#include <algorithm>
#include <cstdlib>
#include <utility>

#include "client/page_walk.hpp"

namespace vkxx::detail {
namespace {

// The same page from so many places in a row: the list ignores the offset.
constexpr int most_same_pages = 3;
// A list in random order would never join.
constexpr int free_retreats = 50;
constexpr int retreats_per_page = 4;
// So many pages short by a few hidden items are taken for what they are.
constexpr int most_short_pages = 3;
// Pages that are read for the place of a cursor.
constexpr int most_searched_pages = 50;
// Pages without anything new, one after another, in a list whose length VK does not say.
constexpr int most_idle_joined = 2;

}  // namespace

bool page_walk::may_retreat() const noexcept {
  return retreats_ < free_retreats + retreats_per_page * accepted_;
}

// Whether the list gives the same page wherever it is asked to begin. Should it be chance, the next
// attempt takes that page and goes on.
bool page_walk::goes_round(const arrival& page) {
  if (offset_name_.empty()) return false;
  std::vector<item_key> keys;
  bool fresh = false;
  for (const auto& key : page.keys) {
    if (key) keys.push_back(*key);
    fresh = fresh || !key || !seen_.contains(*key);
  }
  // A list that grows in front pushes its items on.
  if (fresh || keys != same_ || extent_ != same_extent_) {
    same_pages_ = 0;
    same_extent_ = extent_;
    same_ = std::move(keys);
    same_since_ = page.offset();
  } else if (page.offset() != same_at_) {
    ++same_pages_;
  }
  same_at_ = page.offset();
  // Where much is hidden, the few items of a page stand on all that are near.
  return same_pages_ >= most_same_pages &&
         std::abs(page.offset() - same_since_) >= std::max(page_size_, page.received());
}

std::optional<error> page_walk::accept_joined(const arrival& page) {
  if (goes_round(page)) {
    same_pages_ = most_same_pages - 1;
    return made_failure("the list ignores `" + offset_name_ + "`: the same " +
                        std::to_string(page.received()) + " items came " +
                        std::to_string(most_same_pages + 1) + " times");
  }
  std::size_t known_prefix = 0;
  while (known_prefix < page.keys.size() && page.keys[known_prefix] &&
         seen_.contains(*page.keys[known_prefix])) {
    ++known_prefix;
  }
  const bool grew = deliver(page, 0, false);
  if (trusted_at_ == page.offset()) trusted_at_.reset();
  empty_pages_ = 0;
  ++accepted_;
  settled_ = !grew && page.received() < page_size_ && ends_with_tail(page);
  learn_size(page, known_prefix, grew);
  step_joined(page, grew);
  remember_tail(page);
  anchor_ = {page.offset(), page.received(), extent_};
  return std::nullopt;
}

// A page that came short has hidden items on it, or VK gives fewer at a time than it was asked for.
void page_walk::learn_size(const arrival& page, std::size_t known_prefix, bool grew) {
  const auto received = page.received();
  if (page_size_ == 0) {
    page_size_ = received;
    set_overlap();
  }
  if (received >= page_size_) {
    if (size_name_.empty()) page_size_ = received;
    certain_size_ = true;
    return;
  }
  if (certain_size_) return;
  const auto shared = std::min(overlap_, anchor_.received / 2);
  if (by_received_ && (!grew || static_cast<std::int64_t>(known_prefix) > shared)) {
    likely_size_ = true;
  } else if (by_received_ && received == anchor_.received &&
             static_cast<std::int64_t>(known_prefix) == shared && received > 1) {
    page_size_ = received;
    set_overlap();
    certain_size_ = true;
  }
  likely_size_ = likely_size_ || ++short_pages_ >= most_short_pages;
}

void page_walk::step_joined(const arrival& page, bool grew) {
  const auto offset = page.offset();
  const auto received = page.received();
  const bool at_tail = !grew && ends_with_tail(page);
  const bool nothing_behind = by_received_ && at_tail;
  const auto asked_up_to = offset + page_size_;
  by_received_ = false;
  if (offset_name_.empty()) {
    over_ = true;
    if (extent_ && asked_up_to < *extent_ && received < *extent_) {
      end_early("VK says " + std::to_string(*extent_) + ", and gave " + std::to_string(received) +
                ": " + request_.method() + " has no parameter for the next page");
    }
    return;
  }
  finish_if_asked_up_to(certain_size_ || nothing_behind ? asked_up_to : offset + received);
  if (!extent_ && received < page_size_ && at_tail) {
    over_ = nothing_behind || ++idle_pages_ >= most_idle_joined;
  } else {
    idle_pages_ = 0;
  }
  const bool near_end = extent_ && asked_up_to >= *extent_;
  if (certain_size_ || (likely_size_ && !near_end)) {
    offset_ = offset + stride();
    return;
  }
  by_received_ = true;
  offset_ = std::max(offset + 1, offset + received - std::min(overlap_, received / 2));
}

// Keeps a page that does not join, and looks at what is before it.
void page_walk::hold(const arrival& page) {
  const auto offset = page.offset();
  held_.push_back({page.answer, page.place});
  ++retreats_;
  auto before = anchor_.offset + anchor_.received - overlap_;
  if (before >= offset) before = offset - stride();
  before = std::clamp(before, start_, std::max(start_, offset - 1));
  checks_ = {before};
  // What is hidden between takes more than a page: the page right before is looked at, too.
  if (before + page_size_ < offset && offset - stride() > before) {
    checks_.push_back(offset - stride());
  }
  first_check_ = true;
  checked_extent_ = extent_;
  moved_ = anchor_.extent != extent_;
}

std::optional<error> page_walk::take_check(const arrival& page) {
  if (checks_.empty()) return std::nullopt;
  const auto offset = page.offset();
  checks_.pop_front();
  if (!first_check_) {
    const bool known = std::ranges::all_of(
        page.keys, [this](const auto& key) { return !key || seen_.contains(*key); });
    if (known && extent_ == checked_extent_) {
      doubt_size();
      trusted_at_ = held_.front().place.offset;
      offset_ = *trusted_at_;
      return release_held();
    }
    held_.clear();
    offset_ = anchor_.offset + stride();
    return std::nullopt;
  }
  if (!last_known(page) && offset > start_ && may_retreat()) {
    ++retreats_;
    checks_ = {std::max(start_, offset - stride())};
    return std::nullopt;
  }
  // Nothing has come yet: what is hidden there at the beginning takes more than a page.
  if (page.list.empty() && accepted_ == 0 && extent_ == checked_extent_) {
    checks_.clear();
    trusted_at_ = held_.front().place.offset;
    offset_ = *trusted_at_;
    return release_held();
  }
  if (page.list.empty()) {
    held_.clear();
    checks_.clear();
    offset_ = offset + stride();
    return std::nullopt;
  }
  return conclude_check(page);
}

// The page before the held one joins: do they lead up to it now?
std::optional<error> page_walk::conclude_check(const arrival& page) {
  const auto rest = std::exchange(checks_, {});
  const auto held = held_.front().place.offset;
  const bool at_tail = ends_with_tail(page);
  const auto given = given_;
  const auto over = over_;
  if (auto failure = accept_joined(page)) {
    held_.clear();
    return failure;
  }
  if (given_ >= limit_) return std::nullopt;
  const auto list = page_list::read(held_.front().answer.json(), items_path_);
  bool joins = false;
  for (std::size_t i = 0; list && i < list->items().size(); ++i) {
    const auto& item = list->items()[i];
    const auto key = identity_.key_of(*item.value, item.part, seed_);
    joins = joins || (key && seen_.contains(*key));
  }
  // Empty pages between that were read before the list changed prove nothing.
  const bool moved = moved_ && !rest.empty();
  // And a full page hides nothing: the list has changed between.
  const bool hides = page.received() < page_size_;
  const bool unchanged =
      given == given_ && at_tail && extent_ == checked_extent_ && !moved && hides;
  if (!joins && unchanged && !rest.empty()) {
    checks_ = rest;
    first_check_ = false;
    over_ = over;
    return std::nullopt;
  }
  if (!joins && !unchanged) {
    held_.clear();
    return std::nullopt;
  }
  over_ = over;
  if (!joins) doubt_size();
  if (!joins) trusted_at_ = held;
  offset_ = held;
  return release_held();
}

std::optional<error> page_walk::release_held() {
  by_received_ = false;
  const auto pages = std::exchange(held_, {});
  for (const auto& page : pages) {
    if (over_ || (held_.empty() && page.place.offset != offset_)) break;
    if (auto failure = take_in(page.answer, page.place)) return failure;
  }
  return std::nullopt;
}

// First where the cursor stands, then where it would stand by the items that came or went, then
// further and further from both.
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
    anchor_ = {page.offset(), page.received(), extent_};
    const bool grew = deliver(page, 0, true);
    empty_pages_ = 0;
    ++accepted_;
    if (page.received() >= page_size_) certain_size_ = true;
    step_joined(page, grew);
    remember_tail(page);
    return std::nullopt;
  }
  if (++search_->tries < most_searched_pages) return std::nullopt;
  offset_ = std::max(start_, search_->offset);
  trusted_at_ = offset_;
  search_.reset();
  reason_ = "the items before the cursor are not in the list any more; it went on by position";
  return std::nullopt;
}

}  // namespace vkxx::detail
