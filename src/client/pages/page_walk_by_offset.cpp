// Lists by offset: chooses the next positions and finds the end of the list.
#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "client/pages/page_walk.hpp"

namespace vkxx::detail {
namespace {

// After this many empty pages before VK's count, the list counts as ended here,
constexpr int most_empty_pages = 3;
// and after this many if the last page of the list has items.
constexpr int most_empty_stretch = 500;
// A list without a count ends after this many pages without a new item,
constexpr int most_idle_pages = 2;
// if the pages at these distances are empty too: in pages of the proven size,
constexpr std::array<std::int64_t, 2> probed_pages{2, 4};
// and in pages of the requested size.
constexpr std::array<std::int64_t, 2> far_probed_pages{8, 16};
// Beyond this many hidden pages the end of such a list is uncertain.
constexpr std::int64_t long_stretch = 4;
// A page as long as the longest one is full if this many were as long although more was requested.
constexpr int equal_to_full = 2;
constexpr std::int64_t most_total = std::int64_t{1} << 48;

}  // namespace

std::int64_t page_walk::last_offset() const {
  return std::max(start_, extent_.value_or(0) - std::max<std::int64_t>(page_size_, 1));
}

// Whether it is open if anything follows the empty pages here.
bool page_walk::probing() const {
  return empty_pages_ > 0 && extent_ && !reaches_end_ && last_offset() > offset_;
}

void page_walk::plan_by_offset(std::size_t most) {
  const auto at_once = alone_ ? std::size_t{1} : batch_;
  if (search_) {
    planned_.push_back({place_in_search(), page_size_, purpose::search});
  } else if (!checks_.empty()) {
    for (const auto offset : checks_) planned_.push_back({offset, page_size_, purpose::check});
  } else if (measure_) {
    planned_.assign(measure_->left.begin(), measure_->left.end());
  } else if (round_check_) {
    planned_.push_back({*round_check_, page_size_, purpose::round});
  } else if (!probes_.empty()) {
    if (idle_pages_ < most_idle_pages) {
      planned_.push_back({offset_, size_to_ask(), purpose::regular});
    }
    for (const auto offset : probes_) planned_.push_back({offset, page_size_, purpose::probe});
  } else {
    const bool probes = probing();
    auto pages = most;
    if (probes) pages = static_cast<std::size_t>(std::max(most_empty_pages - empty_pages_, 0));
    auto offset = offset_;
    for (; pages > 0; --pages, offset = place_after(offset)) {
      planned_.push_back({offset, size_to_ask(), purpose::regular});
    }
    if (probes && offset <= last_offset()) {
      planned_.push_back({last_offset(), page_size_, purpose::last});
    }
  }
  if (planned_.size() > at_once) planned_.resize(at_once);
}

// Whether a page that was requested with others is still needed after their outcomes.
bool page_walk::still_planned(const planned_page& place) const {
  if (order_ == page_order::chained) return true;
  switch (place.why) {
    case purpose::regular:
      if (measure_ || round_check_) return false;
      if (!held_.empty()) return true;
      if (!checks_.empty()) return false;
      // A page had more positions than this request assumed, so this page joins too.
      return place.offset == offset_ || (order_ == page_order::joined && place.offset < offset_ &&
                                         place.offset > anchor_.offset);
    case purpose::check:
      return !checks_.empty() && checks_.front() == place.offset;
    case purpose::last:
      return probing();
    case purpose::measure:
      return measure_ && !measure_->left.empty() && measure_->left.front().offset == place.offset;
    case purpose::probe:
      return !probes_.empty() && probes_.front() == place.offset;
    case purpose::round:
    case purpose::search:
      break;
  }
  return false;
}

// Learns the largest count of each part: a page may lack parts of a list within items.
std::optional<std::int64_t> page_walk::learn_counts(const page_list& list) {
  const auto before = total_;
  bool changed = false;
  for (const auto& [group, count] : list.counts()) {
    const auto known = counts_.find(group);
    changed = changed || (known != counts_.end() && known->second != count);
    counts_[group] = count;
  }
  if (counts_.empty()) return std::nullopt;
  // Only the sum of the counts that an earlier walk knew is available.
  const auto sum = std::accumulate(
      counts_.begin(), counts_.end(), std::int64_t{0},
      [](std::int64_t all, const auto& part) { return std::min(all + part.second, most_total); });
  if (changed || !is_nested_ || !total_ || sum > *total_) total_ = sum;
  if (order_ == page_order::position && before && total_ != before &&
      (changed || !learned_counts_)) {
    doubt("the list changed on the way (VK said " + std::to_string(*before) + ", then " +
          std::to_string(*total_) +
          "), and nothing identifies its items: some may be missing or have come twice");
  }
  learned_counts_ = true;
  if (list.counts().empty()) return std::nullopt;
  return std::ranges::max_element(counts_, {}, [](const auto& part) { return part.second; })
      ->second;
}

void page_walk::note_total(const arrival& page) {
  const auto said = learn_counts(page.list);
  if (said && page.received() > 0 && page.place.why != purpose::measure && start_ >= 0 &&
      page.offset() + page.received() > *said) {
    count_is_wrong_ = true;
  }
  if (count_is_wrong_ || start_ < 0)
    extent_.reset();
  else if (said)
    extent_ = said;
}

std::optional<error> page_walk::take_by_offset(const arrival& page) {
  note_total(page);
  switch (page.place.why) {
    case purpose::check:
      return take_check(page);
    case purpose::search:
      return take_search(page);
    case purpose::measure:
      return take_measure(page);
    case purpose::round:
      return take_round_check(page);
    case purpose::probe:
      take_probe(page);
      return std::nullopt;
    case purpose::last:
      take_last(page);
      return std::nullopt;
    case purpose::regular:
      break;
  }
  return take_regular(page);
}

std::optional<error> page_walk::take_regular(const arrival& page) {
  if (page.list.empty()) {
    take_empty(page);
    return std::nullopt;
  }
  if (unproven_from_ && page.received() >= page.place.size) unproven_from_.reset();
  if (unproven_from_ && !size_name_.empty()) {
    learn_size(page);
    begin_measure(page);
    return std::nullopt;
  }
  if (order_ == page_order::position) return accept_by_position(page);
  const bool trusted = page.offset() == start_ || trusted_at_ == page.offset();
  if (trusted || last_known(page)) return accept_joined(page);
  if (floor_ && extent_ && anchor_.extent && *extent_ > *anchor_.extent && may_retreat()) {
    // Items added at the front may have moved items here from long before the cursor.
    ++retreats_;
    search_ = search{anchor_.offset, anchor_.extent, 0};
    return std::nullopt;
  }
  if (!may_retreat()) {
    doubt("the list changed too often on the way: items between its pages may be missing");
    return accept_joined(page);
  }
  hold(page);
  return std::nullopt;
}

void page_walk::finish_if_asked_up_to(std::int64_t position) {
  if (extent_ && position >= *extent_) over_ = true;
}

// Whether the page at VK's `count` may have been cut by its own size. The count may then be too
// low, and the positions after it are requested once. Empty positions after the count speak against
// it while they outnumber the empty ones before it.
bool page_walk::count_is_to_be_tried(const arrival& page) const {
  if (!extent_ || page.list.empty() || start_ < 0) return false;
  const auto received = page.received();
  const bool full = received == proven_ && equal_pages_ >= equal_to_full;
  if (page.place.size == 0 && !full) return false;
  const auto wanted = full ? positions() : std::max(page.place.size, positions());
  const auto behind = page.offset() + wanted - *extent_;
  return behind <= *extent_ - page.offset() - received;
}

void page_walk::take_empty(const arrival& page) {
  const auto offset = page.offset();
  hoped_for_ = 1;
  if (offset_name_.empty()) {
    over_ = true;
    return;
  }
  if (!extent_ || offset >= *extent_) {
    take_empty_behind_the_end(offset, page.list.left_out());
    return;
  }
  // Items were removed, so items from here may now be before this position.
  if (order_ == page_order::joined && anchor_.extent != extent_ && accepted_ > 0 && may_retreat()) {
    ++retreats_;
    anchor_.extent = extent_;
    offset_ = std::clamp(anchor_.offset + anchor_.received - overlap(), start_,
                         std::max(start_, offset - stride()));
    return;
  }
  if (++empty_pages_ > most_empty_stretch) {
    end_early(std::to_string(empty_pages_) + " pages in a row were empty, after " +
              std::to_string(given_) + " items");
    return;
  }
  if (proven_ == 0 && !unproven_from_) unproven_from_ = offset;
  offset_ = offset + stride();
  finish_if_asked_up_to(offset + positions());
  // At the end of a list, one page without items is more than a few hidden items.
  if (over_ && *extent_ - (anchor_.offset + positions()) >= positions()) end_before_count();
}

void page_walk::take_empty_behind_the_end(std::int64_t offset, bool left_out) {
  const bool joined = order_ == page_order::joined;
  if (accepted_ == 0 && given_ == 0) {
    // The first page may be hidden.
    over_ = extent_ || offset != start_ || left_out || page_size_ == 0;
    if (proven_ == 0 && !unproven_from_) unproven_from_ = offset;
    offset_ = offset + stride();
  } else if (joined && !(settled_ && anchor_.extent == extent_) && accepted_ > 0 && may_retreat()) {
    // Items may have moved here from later positions, or the list is over. The page before shows
    // which.
    ++retreats_;
    empty_at_ = offset;
    const auto end = extent_ ? std::min(offset, *extent_) : offset;
    const auto behind = anchor_.offset + anchor_.received - overlap();
    offset_ = std::max(start_, std::min(end - stride(), extent_ ? end : behind));
  } else if (extent_) {
    if (joined && extent_ && !may_retreat()) {
      end_early("the list changed too often on the way: items at its end may be missing");
    }
    over_ = true;
  } else {
    look_behind(offset);
  }
}

// A page without new items is the end of a list without a count, or all its items are hidden.
void page_walk::look_behind(std::int64_t offset) {
  offset_ = offset + stride();
  if (offset < reaches_to_) return;
  if (++idle_pages_ == 1) {
    for (const auto pages : probed_pages) probes_.push_back(offset + pages * positions());
    const auto size = std::max(page_size_, positions());
    for (const auto pages : far_probed_pages) probes_.push_back(offset + pages * size);
  }
  over_ = idle_pages_ >= most_idle_pages && probes_.empty();
}

void page_walk::take_probe(const arrival& page) {
  if (probes_.empty()) return;
  probes_.pop_front();
  if (!brings_nothing_new(page)) {
    if (page.offset() - offset_ >= (long_stretch - 1) * positions()) {
      doubt(
          "VK does not say how many items there are, and hides long stretches of them: a longer "
          "one would have been taken for the end");
    }
    reaches_to_ = page.offset();
    probes_.clear();
    idle_pages_ = 0;
  } else {
    over_ = idle_pages_ >= most_idle_pages && probes_.empty();
  }
}

bool page_walk::brings_nothing_new(const arrival& page) const {
  return std::ranges::all_of(page.keys,
                             [this](const auto& key) { return key && seen_.contains(*key); });
}

// Takes the last page of a list whose pages here are empty.
void page_walk::take_last(const arrival& page) {
  if (!probing()) return;
  if (!brings_nothing_new(page)) {
    reaches_end_ = true;
    return;
  }
  if (empty_pages_ >= most_empty_pages) end_before_count();
}

void page_walk::end_before_count() {
  const auto end = anchor_.offset + anchor_.received;
  end_early("VK says " + std::to_string(*extent_) + ", and gave " + std::to_string(given_) +
            (given_ == 0
                 ? std::string{": it gives none of this list"}
                 : ": it gives no more than the first " + std::to_string(end) + " of this list"));
}

}  // namespace vkxx::detail
