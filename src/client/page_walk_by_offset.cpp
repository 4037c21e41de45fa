// Lists by offset: which positions come next, and where the list ends.
#include <algorithm>
#include <utility>

#include "client/page_walk.hpp"

namespace vkxx::detail {
namespace {

// So many empty pages before VK's count: nothing more comes here.
constexpr int most_empty_pages = 3;
// So many pages without anything new end a list whose length VK does not say.
constexpr int most_idle_pages = 2;

}  // namespace

std::int64_t page_walk::stride() const {
  return std::max<std::int64_t>(page_size_ - overlap_, 1);
}

std::int64_t page_walk::last_offset() const {
  return std::max(start_, extent_.value_or(0) - std::max<std::int64_t>(page_size_, 1));
}

// Whether it is open if anything comes behind the empty pages here.
bool page_walk::probing() const {
  return empty_pages_ > 0 && extent_ && !reaches_end_ && last_offset() > offset_;
}

void page_walk::plan_by_offset(std::size_t most) {
  const auto at_once = alone_ ? std::size_t{1} : batch_;
  if (search_) {
    planned_.push_back({place_in_search(), page_size_, purpose::search});
  } else if (!checks_.empty()) {
    for (const auto offset : checks_) planned_.push_back({offset, page_size_, purpose::check});
  } else if (proof_) {
    const auto offset = proof_->offset;
    const auto received = proof_->received;
    if (!proof_->head) planned_.push_back({offset, received, purpose::proof});
    planned_.push_back({offset + received, page_size_ - received, purpose::proof});
  } else {
    const bool probes = probing();
    auto pages = most;
    if (probes) pages = static_cast<std::size_t>(std::max(most_empty_pages - empty_pages_, 0));
    auto offset = offset_;
    for (; pages > 0; --pages, offset += stride()) {
      planned_.push_back({offset, page_size_, purpose::regular});
    }
    if (probes && offset <= last_offset()) {
      planned_.push_back({last_offset(), page_size_, purpose::last});
    }
  }
  if (planned_.size() > at_once) planned_.resize(at_once);
}

// Whether a page that was asked for together with others is still wanted behind those.
bool page_walk::still_planned(const planned_page& place) const {
  if (order_ == page_order::chained) return true;
  switch (place.why) {
    case purpose::regular:
      return !held_.empty() || (!proof_ && checks_.empty() && place.offset == offset_);
    case purpose::check:
      return !checks_.empty() && checks_.front() == place.offset;
    case purpose::last:
      return probing();
    case purpose::proof:
      return proof_ && proof_->head;
    case purpose::search:
      break;
  }
  return false;
}

void page_walk::note_total(const arrival& page) {
  if (page.list.total()) total_ = page.list.total();
  const auto said = page.list.largest_count();
  if (said && page.received() > 0 && page.place.why != purpose::proof && start_ >= 0 &&
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
    case purpose::proof:
      take_proof(page);
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
  if (order_ == page_order::position) return accept_by_position(page);
  const bool trusted = page.offset() == start_ || trusted_at_ == page.offset();
  if (trusted || last_known(page)) return accept_joined(page);
  if (!may_retreat()) {
    if (reason_.empty()) {
      reason_ = "the list changed too often on the way: items between its pages may be missing";
    }
    return accept_joined(page);
  }
  hold(page);
  return std::nullopt;
}

// What is between two pages is taken for hidden: right, if a page has as many positions as were
// asked for.
void page_walk::doubt_size() {
  if (certain_size_ || declared_size_ || !reason_.empty()) return;
  reason_ = "VK gave no page of " + std::to_string(page_size_) +
            " items, and may give fewer at a time: items that seem hidden may be missing; ask for "
            "fewer with `" +
            size_name_ + "`";
}

void page_walk::finish_if_asked_up_to(std::int64_t position) {
  if (extent_ && position >= *extent_) over_ = true;
}

void page_walk::take_empty(const arrival& page) {
  const auto offset = page.offset();
  by_received_ = false;
  hoped_for_ = 1;
  if (offset_name_.empty()) {
    over_ = true;
    return;
  }
  if (!extent_ || offset >= *extent_) {
    take_empty_behind_the_end(offset);
    return;
  }
  // Items were removed: those that stood here may stand before this place now.
  if (order_ == page_order::joined && anchor_.extent != extent_ && accepted_ > 0 && may_retreat()) {
    ++retreats_;
    anchor_.extent = extent_;
    offset_ = std::clamp(anchor_.offset + anchor_.received - overlap_, start_,
                         std::max(start_, offset - stride()));
    return;
  }
  ++empty_pages_;
  doubt_size();
  offset_ = offset + stride();
  finish_if_asked_up_to(offset + std::max<std::int64_t>(page_size_, 1));
}

void page_walk::take_empty_behind_the_end(std::int64_t offset) {
  const bool joined = order_ == page_order::joined;
  if (offset == start_ && accepted_ == 0) {
    over_ = true;
  } else if (joined && !settled_ && accepted_ > 0 && may_retreat()) {
    // Something may have moved here from behind, or the list is over: the page before tells.
    ++retreats_;
    const auto end = extent_ ? std::min(offset, *extent_) : offset;
    const auto behind = anchor_.offset + anchor_.received - overlap_;
    offset_ = std::max(start_, std::min(end - stride(), extent_ ? end : behind));
  } else if (extent_ || ++idle_pages_ >= most_idle_pages) {
    if (joined && extent_ && !may_retreat()) {
      end_early("the list changed too often on the way: items at its end may be missing");
    }
    over_ = true;
  } else {
    offset_ = offset + stride();
  }
}

// The page at the end of a list of which those here are empty.
void page_walk::take_last(const arrival& page) {
  if (!probing()) return;
  const auto is_known = [this](const auto& key) { return key && seen_.contains(*key); };
  const bool nothing_new =
      order_ == page_order::joined ? std::ranges::all_of(page.keys, is_known) : page.list.empty();
  if (!nothing_new) {
    reaches_end_ = true;
    return;
  }
  if (empty_pages_ < most_empty_pages) return;
  const auto end = anchor_.offset + anchor_.received;
  end_early("VK says " + std::to_string(*extent_) + ", and gave " + std::to_string(given_) +
            (given_ == 0
                 ? std::string{": it gives none of this list"}
                 : ": it gives no more than the first " + std::to_string(end) + " of this list"));
}

}  // namespace vkxx::detail
