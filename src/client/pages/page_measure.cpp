// Determines the number of positions of a page: as many as requested, or fewer.
#include <algorithm>
#include <utility>

#include "client/pages/page_walk.hpp"

namespace vkxx::detail {
namespace {

// The overlap of two pages: the walk tolerates the removal of this many items before pages fail to
// join.
constexpr std::int64_t most_overlap = 5;
// If a page seems to have less than this part of the requested positions, and nothing shows that VK
// limits them, the page counts as full: the positions after its last item are hidden.
constexpr std::int64_t assumed_part = 4;
// The number of pages to read again for items that may have been skipped before the first one.
constexpr std::int64_t most_read_again = 25;

}  // namespace

std::int64_t page_walk::positions() const {
  if (page_size_ == 0) return std::max<std::int64_t>(proven_, 1);
  return assumed_size_ || proven_ == 0 ? page_size_ : std::min(page_size_, proven_);
}

// Whether the page may show all its positions: nothing shows that it has more of them.
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
  // VK chose the number of items, whatever the request said.
  const bool stays = order_ == page_order::chained && page_size_ > 0 && !size_name_.empty();
  if (!stays) page_size_ = std::max(page_size_, received);
  if (received > proven_) equal_pages_ = 0;
  proven_ = std::max(proven_, received);
  if (received > 0 && received == proven_) ++equal_pages_;
  if (is_certain()) assumed_size_ = false;
}

// Requests the head of a short page: a page with as many positions as the short page has items. If
// the head holds all items, VK may have a lower limit per page. Longer heads that do not hold all
// items are shorter than the page. If the rest has more items than the page has there, VK returns
// fewer positions than requested.
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
  // The items of the page belong to a window of known size; otherwise the page is requested again.
  offset_ = place.offset;
  const bool whole = assumed_size_ || is_certain() || done.first_head >= done.items;
  return whole ? take_in(done.page.answer, {place.offset, positions(), purpose::regular})
               : std::nullopt;
}

// The list continued after a page whose size was assumed.
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
