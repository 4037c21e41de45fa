// What the pages of a walk held, and where it goes from there.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "client/pages/page_walk.hpp"

namespace vkxx::detail {
namespace {

namespace json = boost::json;

// Pages without anything new, one after another, after which a list is taken to be over.
constexpr int most_idle_pages = 25;
// Pages in a row where nothing is shown, though VK's `count` goes on.
constexpr int most_empty_pages = 25;
// Behind the last page of a list without `count` that hides items.
constexpr int most_pages_behind = 3;
// The same page from so many places in a row: the list ignores the offset.
constexpr int most_same_pages = 3;
constexpr int free_retreats = 50;

std::string next_from_of(const json::value& response) {
  const auto* value = value_at(response, "next_from").value;
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return std::string{value->get_string()};
  return json::serialize(*value);
}

bool all_equal(const std::vector<std::uint64_t>& keys) {
  return std::ranges::all_of(keys, [&keys](auto key) { return key == keys.front(); });
}

}  // namespace

std::optional<error> page_walk::feed(std::span<const result<reply>> outcomes) {
  const auto count = std::min(outcomes.size(), planned_.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (!outcomes[i]) {
      auto failure = failed(i, outcomes[i].error());
      // What waits was asked for before; it is not asked for again.
      return failure;
    }
    const bool was_bridge = std::exchange(bridging_, false);
    if (auto failure = take_in(*outcomes[i], planned_[i])) {
      bridging_ = was_bridge;
      if (ready_.empty()) return failure;
      alone_ = true;
      return std::nullopt;
    }
    alone_ = false;
    if (was_bridge) {
      if (over_ || retreated_) waiting_.clear();
      return take_in_waiting();
    }
    if (bridging_) {
      for (std::size_t k = i; k < count && outcomes[k]; ++k) {
        waiting_.push_back({*outcomes[k], planned_[k]});
      }
      return std::nullopt;
    }
    if (over_ || !follows_) return std::nullopt;
  }
  if (!by_offset()) hoped_for_ = std::min(batch_, hoped_for_ * 2);
  return std::nullopt;
}

std::optional<error> page_walk::take_in_waiting() {
  while (!waiting_.empty()) {
    const auto next = waiting_.front();
    if (auto failure = take_in(next.answer, next.offset)) {
      waiting_.clear();
      if (ready_.empty()) return failure;
      alone_ = true;
      return std::nullopt;
    }
    if (bridging_) return std::nullopt;
    waiting_.pop_front();
    if (over_ || !follows_) waiting_.clear();
  }
  return std::nullopt;
}

std::optional<error> page_walk::take_in(const reply& answer, std::int64_t offset) {
  const auto list = find_list(answer.json(), items_path_);
  if (!list) return make_failure("the response has no list at `" + items_path_ + "`");
  if (list->total) total_ = list->total;
  seen_page seen;
  seen.offset = offset;
  seen.received = list->received;
  seen.next_from = next_from_of(answer.json());
  recognize(*list, seen);
  if (needs_bridge(seen)) {
    bridging_ = true;
    offset_ = shown_at_ + std::max<std::int64_t>(shown_ - overlap_, 1);
    return std::nullopt;
  }
  if (std::exchange(accepted_gap_, false)) seen.meets = true;
  deliver(answer, seen);
  if (goes_round(seen)) {
    same_pages_ = most_same_pages - 1;
    return make_failure("the list does not heed `" + offset_name_ + "`: the same " +
                        std::to_string(seen.received) + " items came " +
                        std::to_string(most_same_pages + 1) + " times");
  }
  auto* ready = seen.fresh ? &ready_.back() : nullptr;
  follows_ = by_offset() ? step_by_offset(seen) : step_by_next_from(seen);
  if (given_ == limit_ && !(over_ && (ready == nullptr || !ready->cut))) {
    end_early("the limit of " + std::to_string(limit_) + " items was reached");
  }
  first_ = false;
  if (ready != nullptr && !ready->cut) {
    ready->next_offset = offset_;
    ready->next_from = from_;
  }
  return std::nullopt;
}

void page_walk::recognize(const list_in_answer& list, seen_page& seen) {
  seen.known.assign(list.items.size(), false);
  seen.meets = first_ || seen.offset == start_ || overlap_ == 0;
  if (identity_.exists()) {
    recognize_by_identity(list, seen);
  } else {
    recognize_by_position(list, seen);
  }
}

void page_walk::recognize_by_identity(const list_in_answer& list, seen_page& seen) {
  // Items without an identity of their own are the same if they are so as a whole, and stand where
  // the page before was looked at already.
  std::vector<bool> identified;
  std::size_t known_up_to = static_cast<std::size_t>(overlap_);
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const auto own = identity_.key(*list.items[i]);
    const auto key = own ? *own : whole_key(*list.items[i]);
    identified.push_back(own.has_value());
    seen.keys.push_back(key);
    if (own) seen.known[i] = seen_.contains(key);
    if (own && gapless_.contains(key)) {
      known_up_to = std::max(known_up_to, i + 1);
      seen.meets = seen.meets || static_cast<std::int64_t>(i) < overlap_;
    }
  }
  std::unordered_map<std::uint64_t, int> before;
  for (const auto key : shown_keys_) ++before[key];
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    if (identified[i]) {
      // Twice on one page: not the same page's work; the first counts.
      continue;
    }
    const auto found = before.find(seen.keys[i]);
    if (!by_offset() || first_ || i >= known_up_to || found == before.end() || found->second == 0) {
      continue;
    }
    --found->second;
    seen.known[i] = true;
    seen.meets = seen.meets || static_cast<std::int64_t>(i) < overlap_;
  }
  // A key that comes twice on this page is one item.
  std::unordered_set<std::uint64_t> here;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    if (identified[i] && !here.insert(seen.keys[i]).second) seen.known[i] = true;
  }
}

void page_walk::recognize_by_position(const list_in_answer& list, seen_page& seen) {
  for (const auto* item : list.items) {
    seen.keys.push_back(whole_key(*item));
    seen.objects.push_back(item->is_object());
  }
  for (std::size_t i = 0; i < seen.keys.size() && !skip_.empty(); ++i) {
    const auto found = skip_.find(seen.keys[i]);
    if (found == skip_.end()) continue;
    seen.known[i] = true;
    if (--found->second == 0) skip_.erase(found);
  }
  skip_.clear();
  // The page before may have reached further than it shows, with items hidden in it: then its end
  // stands at the beginning of this one. Only objects, all different, are taken to be that.
  if (!by_offset() || shown_at_ < 0) return;
  const auto further = shown_at_ + page_size_ - seen.offset;
  const auto most = std::min({further, static_cast<std::int64_t>(seen.keys.size()),
                              static_cast<std::int64_t>(shown_keys_.size())});
  for (auto size = most; size > 0; --size) {
    const auto tail = shown_keys_.end() - size;
    const std::unordered_set<std::uint64_t> different{tail, shown_keys_.end()};
    if (static_cast<std::int64_t>(different.size()) != size ||
        !std::equal(tail, shown_keys_.end(), seen.keys.begin()) ||
        !std::all_of(seen.objects.begin(), seen.objects.begin() + size,
                     [](bool is) { return is; })) {
      continue;
    }
    std::fill_n(seen.known.begin(), size, true);
    reach_ = std::max(reach_, seen.offset - shown_at_ + size);
    return;
  }
}

void page_walk::deliver(const reply& answer, seen_page& seen) {
  ready_page ready{page{answer, {}, {}}, seen.offset, from_, seen.offset, from_, {}, {}, false};
  std::vector<std::size_t> fresh;
  for (std::size_t i = 0; i < seen.keys.size(); ++i) {
    if (seen.known[i]) {
      if (!identity_.exists()) ready.already.push_back(seen.keys[i]);
      continue;
    }
    if (given_ == limit_) {
      ready.cut = true;
      break;
    }
    ++given_;
    if (identity_.exists()) seen_.insert(seen.keys[i]);
    fresh.push_back(i);
    ready.keys.push_back(seen.keys[i]);
  }
  if (identity_.exists() && (seen.meets || !may_retreat(seen))) {
    for (const auto key : seen.keys) seen.grew = gapless_.insert(key).second || seen.grew;
  }
  seen.fresh = !fresh.empty();
  if (!seen.fresh) return;
  ready.content = page{answer, std::move(fresh), items_path_};
  ready_.push_back(std::move(ready));
}

error page_walk::make_failure(const std::string& why) const {
  error failure{errc::unexpected_type, request_effect::unknown, why};
  failure.set_method(call_.method());
  return failure;
}

// A list that grows in front pushes its items on, but hardly just so that a page stays as it is
// again and again; should it do so, the next attempt takes that page and goes one place on.
bool page_walk::goes_round(const seen_page& seen) {
  if (!by_offset() || offset_name_.empty()) return false;
  // Without identities an equal page may well be another one, if it is one value over and over.
  const bool may_be_others = !identity_.exists() && !seen.keys.empty() && all_equal(seen.keys);
  if ((identity_.exists() && seen.fresh) || seen.received == 0 || may_be_others ||
      !std::ranges::equal(seen.keys, same_)) {
    same_pages_ = 0;
    same_.assign(seen.keys.begin(), seen.keys.end());
  } else if (seen.offset != same_at_) {
    ++same_pages_;
  }
  same_at_ = seen.offset;
  return same_pages_ >= most_same_pages;
}

bool page_walk::may_retreat(const seen_page& seen) const {
  if (!by_offset() || seen.offset <= start_ || overlap_ == 0) return false;
  if (seen.received == 0) return !settled_;
  // A list in random order would never meet.
  return retreats_ < free_retreats + 4 * accepted_;
}

bool page_walk::needs_bridge(const seen_page& seen) const {
  if (!by_offset() || seen.meets || seen.received == 0 || retreated_ || accepted_gap_) return false;
  if (shown_at_ < 0 || !may_retreat(seen)) return false;
  return shown_at_ + std::max<std::int64_t>(shown_ - overlap_, 1) < seen.offset;
}

void page_walk::learn_reach(const seen_page& seen) {
  if (page_size_ == 0) page_size_ = seen.received;
  if (5 * seen.received >= 4 * std::max<std::int64_t>(reach_, 1)) ++reached_;
  if (seen.received > reach_) {
    reach_ = std::min(seen.received, std::max(page_size_, seen.received));
    overlap_ = std::min(overlap_, std::max<std::int64_t>(reach_ / 2, overlap_ > 0 ? 1 : 0));
  }
  if (seen.received == 0) return;
  hides_ = hides_ || (short_ && seen.fresh);
  short_ = seen.received < reach_;
  shown_at_ = seen.offset;
  shown_ = seen.received;
  shown_keys_ = seen.keys;
  shown_objects_ = seen.objects;
}

void page_walk::retreat(const seen_page& seen) {
  retreated_ = true;
  from_the_end_ = from_the_end_ || seen.received == 0;
  ++retreats_;
  const auto from = total_ ? std::min(seen.offset, *total_) : seen.offset;
  offset_ = std::max(start_, from - std::max<std::int64_t>(page_size_ - overlap_, 1));
}

// Nothing is shown where the list goes on by VK's count: it hides what stands there, or gives no
// more.
void page_walk::step_over_nothing(const seen_page& seen) {
  if (++empty_pages_ >= most_empty_pages) {
    over_ = true;
    finish_by_offset();
    return;
  }
  const auto reach = reach_ > 0 ? reach_ : std::max<std::int64_t>(page_size_, 1);
  offset_ = std::max(seen.offset + 1, seen.offset + reach - overlap_);
  if (offset_ >= *total_) {
    over_ = true;
    finish_by_offset();
  }
}

bool page_walk::step_by_offset(const seen_page& seen) {
  hoped_for_ = std::min(batch_, hoped_for_ * 2);
  if (offset_name_.empty()) {
    over_ = true;
    return false;
  }
  if (seen.received == 0 && total_ && seen.offset < *total_ && !retreated_) {
    step_over_nothing(seen);
    return !over_;
  }
  if ((seen.received == 0 || !seen.meets) && may_retreat(seen)) {
    // Items were removed: what stood here stands further ahead now. Or the list ends here.
    retreat(seen);
    return false;
  }
  if (seen.received > 0) empty_pages_ = 0;
  learn_reach(seen);
  const auto end = seen.offset + seen.received;
  const auto reached = retreated_ || !total_ ? end : std::max(end, seen.offset + reach_);
  // Nothing stood there, and up to there nothing is missing: the list is over.
  settled_ = !seen.grew && (settled_ || from_the_end_);
  from_the_end_ = false;
  ++accepted_;
  idle_pages_ = seen.fresh || seen.grew ? 0 : idle_pages_ + 1;
  const bool nothing_behind = !total_ && hides_ && empty_pages_ + idle_pages_ < most_pages_behind;
  const bool last =
      total_ ? seen.offset + reach_ >= *total_ : seen.received != page_size_ && !nothing_behind;
  const bool done =
      (last && !seen.fresh) || (total_ && reached >= *total_ && (seen.meets || !may_retreat(seen)));
  if ((seen.received == 0 && !nothing_behind) || done || idle_pages_ > most_idle_pages) {
    over_ = true;
    finish_by_offset();
    return false;
  }
  if (!waiting_.empty() && !seen.fresh) accepted_gap_ = true;
  const bool pessimistic = retreated_;
  retreated_ = retreated_ && !seen.grew;
  auto next = (pessimistic ? end : reached) - overlap_;
  if (!total_ && nothing_behind && !seen.fresh) next = seen.offset + reach_ - overlap_;
  offset_ = std::max(seen.offset + 1, next);
  return !pessimistic;
}

void page_walk::end_early(const std::string& why) {
  over_ = true;
  early_end_ = why;
}

void page_walk::finish_by_offset() {
  if (!total_ || !early_end_.empty()) return;
  const auto shown_up_to = std::max(start_, shown_at_ + shown_);
  const auto missing = *total_ - shown_up_to;
  // Where a list hides items here and there it may do so at its end, too.
  if (missing <= 0 || (hides_ && empty_pages_ == 0 && missing <= shown_)) return;
  early_end_ = "VK's count is " + std::to_string(*total_) +
               ", but nothing is shown behind the first " + std::to_string(shown_up_to);
}

bool page_walk::step_by_next_from(const seen_page& seen) {
  ++pages_seen_;
  hides_ = hides_ || (short_ && seen.received > 0) || (reach_ > 0 && seen.received > reach_);
  reach_ = std::max(reach_, seen.received);
  short_ = seen.received < reach_;
  idle_pages_ = seen.fresh ? 0 : idle_pages_ + 1;
  if (page_size_ == 0) page_size_ = seen.received;
  const bool repeats = !seen.next_from.empty() && seen.next_from == from_;
  if (seen.next_from.empty() || repeats || idle_pages_ > most_idle_pages) {
    over_ = true;
    if (!seen.next_from.empty() && idle_pages_ > most_idle_pages) {
      early_end_ = std::to_string(idle_pages_) + " pages in a row had nothing new";
    }
    finish_by_next_from();
  }
  from_ = seen.next_from;
  return !over_;
}

void page_walk::finish_by_next_from() {
  // Where every page hides items, the largest one tells only about how many positions they have.
  const auto most = pages_seen_ * reach_ * (hides_ ? 2 : 1);
  if (!total_ || !early_end_.empty() || most >= *total_) return;
  early_end_ = "VK's count is " + std::to_string(*total_) + ", but its pages end after at most " +
               std::to_string(pages_seen_ * reach_);
}

}  // namespace vkxx::detail
