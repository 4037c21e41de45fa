// How many positions a page has: as many as were asked for, or fewer.
#include <algorithm>
#include <utility>

#include "client/pages/page_walk.hpp"

namespace vkxx::detail {
namespace {

// A page reaches so far into the one before: so many items may be removed before it is noticed that
// the pages do not join.
constexpr std::int64_t most_overlap = 5;
// A page that seems to have less than this part of the positions asked for, although nothing shows
// that VK gives fewer, is taken to have them all: what is behind its last item is hidden.
constexpr std::int64_t assumed_part = 4;
// So many pages are read again for what may have been skipped before the first item.
constexpr std::int64_t most_read_again = 25;

}  // namespace

std::int64_t page_walk::positions() const {
  if (page_size_ == 0) return std::max<std::int64_t>(proven_, 1);
  return assumed_size_ || proven_ == 0 ? page_size_ : std::min(page_size_, proven_);
}

// Whether it may show all that its positions hold: nothing shows that a page has more of them.
bool page_walk::may_be_full(const arrival& page) const {
  return page.received() >= positions();
}

std::int64_t page_walk::overlap() const {
  return order_ == page_order::joined ? std::min(most_overlap, positions() / 2) : 0;
}

std::int64_t page_walk::stride() const {
  return std::max<std::int64_t>(positions() - overlap(), 1);
}

std::int64_t page_walk::size_to_ask() const {
  return order_ == page_order::position && page_size_ > 0 ? positions() : page_size_;
}

void page_walk::learn_size(const arrival& page) {
  const auto received = page.received();
  // VK gave as many as it wanted to, whatever it was asked for.
  const bool stays = order_ == page_order::chained && page_size_ > 0 && !size_name_.empty();
  if (!stays) page_size_ = std::max(page_size_, received);
  if (received > proven_) equal_pages_ = 0;
  proven_ = std::max(proven_, received);
  if (received > 0 && received == proven_) ++equal_pages_;
  if (is_certain()) assumed_size_ = false;
}

// A page of as many positions as the short page has items is one that VK gives: its head. When all
// items are in it, VK may give no more at a time. Longer heads that do not hold all items are
// shorter than the page. More items in the rest than the page has there: VK gives fewer positions
// than were asked for.
void page_walk::begin_measure(const arrival& page) {
  const auto received = page.received();
  measure_ = measure{{page.answer, page.place}, received, page.keys.size(), {}};
  measure_->left = {{page.offset(), received, purpose::measure},
                    {page.offset() + received, std::max<std::int64_t>(page_size_ - received, 1),
                     purpose::measure}};
}

std::optional<error> page_walk::take_measure(const arrival& page) {
  if (!measure_ || measure_->left.empty()) return std::nullopt;
  measure_->left.pop_front();
  const auto items = page.keys.size();
  const auto start = measure_->page.place.offset;
  if (page.offset() != start) {
    const auto rest = measure_->items - std::min(measure_->items, measure_->first_head);
    measure_->capped = items > rest;
  } else {
    if (page.place.size == measure_->received) measure_->first_head = items;
    if (items < measure_->items) measure_->best = std::max(measure_->best, page.place.size);
  }
  if (!measure_->left.empty()) return std::nullopt;
  if (!measure_->heads_begun && measure_->best > 0) {
    measure_->heads_begun = true;
    for (auto size = 2 * measure_->received; size < page_size_; size *= 2) {
      measure_->left.push_back({start, size, purpose::measure});
    }
    if (!measure_->left.empty()) return std::nullopt;
  }
  return finish_measure();
}

std::optional<error> page_walk::finish_measure() {
  const auto done = std::move(*measure_);
  measure_.reset();
  const auto& place = done.page.place;
  measured_ = true;
  proven_ = std::max(proven_, done.best > 0 ? done.best + 1 : done.received);
  assumed_size_ = !is_certain() && !done.capped && proven_ * assumed_part < page_size_;
  doubtful_from_ = place.offset + 2 * proven_;
  if (const auto from = std::exchange(unproven_from_, std::nullopt)) {
    if (!assumed_size_ && stride() < page_size_ - most_overlap) {
      if ((place.offset - *from) / stride() <= most_read_again) {
        offset_ = *from;
        return std::nullopt;
      }
      assumed_size_ = true;
    }
    if (order_ == page_order::joined) {
      offset_ = place.offset;
      return take_in(done.page.answer, place);
    }
  }
  if (order_ == page_order::joined) {
    offset_ = place.offset + stride();
    return std::nullopt;
  }
  // The items of a page are those of a window that is known, or it is requested again.
  offset_ = place.offset;
  const bool whole = assumed_size_ || is_certain() || done.first_head >= done.items;
  return whole ? take_in(done.page.answer, {place.offset, positions(), purpose::regular})
               : std::nullopt;
}

// The list went on behind a page whose size was assumed.
void page_walk::doubt_assumed_size() {
  if (!assumed_size_ || given_ >= limit_ || !reason_.empty()) return;
  const auto end = std::max(extent_.value_or(0), anchor_.offset + anchor_.received);
  if (end <= doubtful_from_) return;
  auto why = "VK gave no page of " + std::to_string(page_size_) +
             " items, and may give fewer at a time: items that seem hidden may be missing";
  if (!size_name_.empty()) why += "; ask for fewer with `" + size_name_ + "`";
  doubt(why);
}

}  // namespace vkxx::detail
