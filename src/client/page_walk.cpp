#include "client/page_walk.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <limits>
#include <utility>

#include "client/call_nature.hpp"
#include "client/execute_code.hpp"
#include "client/retry_machine.hpp"

namespace vkxx::detail {
namespace {

namespace json = boost::json;

// A page reaches so far into the one before: so many items may be removed before it is noticed that
// the pages do not meet.
constexpr std::int64_t most_overlap = 5;
// Pages without anything new, one after another, after which a list is taken to be over.
constexpr int most_idle_pages = 25;
// The same page from so many places in a row: the list does not heed the offset.
constexpr int most_same_pages = 3;
constexpr int free_retreats = 50;
// Where neither the caller nor the schema says how many items make a page.
constexpr std::int64_t ordinary_page = 100;
// Keys that a cursor takes along from before the page that it points into.
constexpr std::size_t keys_in_cursor = 64;

std::optional<std::int64_t> number_in(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failure != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return number;
}

const json::value* member(const json::value* where, std::string_view name) {
  const auto* object = where == nullptr ? nullptr : where->if_object();
  return object == nullptr ? nullptr : object->if_contains({name.data(), name.size()});
}

// The value at `path` (`a.b`), and the object that holds it.
std::pair<const json::value*, const json::value*> find(const json::value& response,
                                                       std::string_view path) {
  const json::value* holder = nullptr;
  const json::value* found = &response;
  while (!path.empty()) {
    const auto dot = path.find('.');
    holder = found;
    found = member(found, path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
  }
  return {found, holder};
}

// VK leaves empty lists out, and writes `false` for what is not there; but an answer that has no
// list anywhere, and says nothing of one, is that of a method without pages.
bool may_be_empty_list(const json::value& response) {
  const auto* members = response.if_object();
  if (members == nullptr) return response.is_null() || response == json::value(false);
  if (members->empty() || members->contains("count") || members->contains("next_from")) return true;
  return std::ranges::any_of(*members, [](const auto& one) { return one.value().is_array(); });
}

std::string text_of(const json::value* value) {
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) return std::string{value->get_string()};
  return json::serialize(*value);
}

// A script runs with one token, the client's. A method that VK's schema does not have is taken for
// one that may stand in a script; VK refuses it otherwise.
bool may_stand_in_script(const request& what) {
  return execute_fault(what).empty() && !is_kept_out_of_batches(what.method());
}

bool is_not_allowed(const error& failure) {
  for (const auto code : {3, 15, 27, 28}) {
    if (failure == api_errc{code}) return true;
  }
  return false;
}

}  // namespace

// What a page held.
struct page_walk::seen_page {
  std::int64_t offset = 0;
  std::int64_t received = 0;
  bool meets = true;  // it begins where all is known up to, or is the first
  bool fresh = false;
  bool grew = false;  // more is known without a gap
  std::span<const std::uint64_t> keys;
  std::string next_from;
};

page_walk::page_walk(request what, const paging& how, const page_options& options)
    : what_{std::move(what)},
      items_path_{how.items},
      offset_name_{how.offset},
      size_name_{how.size},
      from_name_{how.from},
      limit_{options.limit().value_or(std::numeric_limits<std::size_t>::max())},
      batch_{std::clamp<std::size_t>(options.pages_per_request(), 1, most_execute_calls)} {
  const auto asked = number_in(what_.parameters().find(size_name_));
  if (!size_name_.empty()) {
    page_size_ = how.largest > 0 ? how.largest : how.usual > 0 ? how.usual : ordinary_page;
    if (asked && *asked > 0) page_size_ = *asked;
  }
  if (!may_stand_in_script(what_)) batch_ = 1;
  if (by_offset()) {
    if (page_size_ > 0) page_size_ = std::max<std::int64_t>(page_size_, 2);
    overlap_ = page_size_ == 0 ? 1 : std::min(most_overlap, page_size_ / 2);
    start_ = number_in(what_.parameters().find(offset_name_)).value_or(0);
  } else {
    from_ = what_.parameters().find(from_name_).value_or(std::string_view{});
  }
  offset_ = start_;
  if (!options.cursor().empty()) read_cursor(options.cursor());
  over_ = over_ || limit_ == 0 || !fault_.empty();
}

void page_walk::read_cursor(const std::string& text) {
  boost::system::error_code failure;
  const auto read = json::parse(text, failure);
  const auto* offset = member(&read, "offset");
  const auto* from = member(&read, "from");
  const auto* given = member(&read, "given");
  const auto* keys = member(&read, "seen");
  if (failure || offset == nullptr || !offset->is_int64() || from == nullptr ||
      !from->is_string() || given == nullptr || !given->is_int64() || keys == nullptr ||
      !keys->is_array()) {
    fault_ = "the cursor to resume from is not one that a walk through pages gave";
    return;
  }
  offset_ = offset->get_int64();
  from_ = std::string{from->get_string()};
  given_ = static_cast<std::size_t>(given->get_int64());
  for (const auto& key : keys->get_array()) {
    if (!key.is_int64()) continue;
    before_.push_back(static_cast<std::uint64_t>(key.get_int64()));
    seen_.insert(before_.back());
    gapless_.insert(before_.back());
  }
  first_ = false;
  if (const auto* done = member(&read, "over")) over_ = done->is_bool() && done->get_bool();
}

std::string page_walk::cursor(std::size_t delivered) const {
  auto keys = before_;
  auto offset = offset_;
  auto from = from_;
  auto given = given_;
  bool done = over_;
  // Pages that are ready but not taken were counted in; the cursor stands before them.
  if (!ready_.empty()) {
    offset = ready_.front().offset;
    from = ready_.front().from;
    done = false;
  }
  const auto* here = last_ ? &*last_ : nullptr;
  if (here != nullptr) {
    const auto taken = std::min(delivered, here->keys.size());
    const bool whole = taken == here->keys.size();
    keys.insert(keys.end(), here->keys.begin(),
                here->keys.begin() + static_cast<std::ptrdiff_t>(taken));
    offset = whole ? here->next_offset : here->offset;
    from = whole ? here->next_from : here->from;
    given -= here->keys.size() - taken;
    done = done && whole;
    const auto kept = keys_in_cursor + taken;
    if (keys.size() > kept)
      keys.erase(keys.begin(), keys.end() - static_cast<std::ptrdiff_t>(kept));
  }
  for (const auto& waiting : ready_) given -= waiting.keys.size();
  json::array seen;
  for (const auto key : keys) seen.push_back(static_cast<std::int64_t>(key));
  const json::object made{{"offset", offset},
                          {"from", from},
                          {"given", static_cast<std::int64_t>(given)},
                          {"over", done},
                          {"seen", std::move(seen)}};
  return json::serialize(made);
}

std::optional<page> page_walk::take() {
  if (ready_.empty()) return std::nullopt;
  if (last_) {
    before_.insert(before_.end(), last_->keys.begin(), last_->keys.end());
    if (before_.size() > keys_in_cursor) {
      before_.erase(before_.begin(), before_.end() - static_cast<std::ptrdiff_t>(keys_in_cursor));
    }
  }
  last_ = std::move(ready_.front());
  ready_.pop_front();
  return last_->what;
}

std::size_t page_walk::batch_size() const {
  if (first_ || retreated_ || alone_) return 1;
  return std::clamp<std::size_t>(by_offset() ? pages_by_offset() : pages_by_next_from(), 1, batch_);
}

std::size_t page_walk::pages_by_offset() const {
  if (offset_name_.empty()) return 1;
  const auto stride = static_cast<std::size_t>(std::max<std::int64_t>(page_size_ - overlap_, 1));
  auto useful = hoped_for_;
  if (total_) {
    const auto left = *total_ - offset_ - overlap_;
    useful = left <= 0 ? 1 : (static_cast<std::size_t>(left) + stride - 1) / stride;
  }
  const auto wanted = limit_ - given_;
  return wanted < useful * stride ? wanted / stride + 1 : useful;
}

std::size_t page_walk::pages_by_next_from() const {
  if (from_.empty()) return 1;
  const auto stride = static_cast<std::size_t>(std::max<std::int64_t>(page_size_, 1));
  const auto wanted = limit_ - given_;
  return std::min(hoped_for_, wanted / stride + (wanted % stride == 0 ? 0 : 1));
}

page_plan page_walk::plan() {
  const auto count = batch_size();
  auto first = what_;
  if (!size_name_.empty()) first.set(size_name_, page_size_);
  if (!by_offset()) {
    if (!from_.empty()) first.set(from_name_, from_);
    planned_.assign(count, offset_);
    return {std::move(first), from_name_, count};
  }
  std::vector<request> calls;
  planned_.clear();
  auto offset = offset_;
  for (std::size_t i = 0; i < count; ++i) {
    auto call = first;
    if (!offset_name_.empty() && offset > 0) call.set(offset_name_, offset);
    calls.push_back(std::move(call));
    planned_.push_back(offset);
    offset += std::max<std::int64_t>(page_size_ - overlap_, 1);
  }
  return page_plan{std::move(calls)};
}

bool page_walk::ask_for_less(const error& failure, std::size_t calls) {
  const bool too_big =
      failure == api_errc::execute_runtime_error || failure == errc::answer_too_large;
  if (calls > 1 && (too_big || is_not_allowed(failure))) {
    batch_ = too_big ? calls / 2 : 1;
    return true;
  }
  if (calls == 1 && too_big && page_size_ > 2 && !size_name_.empty()) {
    page_size_ = std::max<std::int64_t>(page_size_ / 2, 2);
    overlap_ = by_offset() ? std::min(overlap_, page_size_ / 2) : 0;
    return true;
  }
  return false;
}

std::optional<error> page_walk::failed(std::size_t at, const error& failure) {
  // The pages before it were taken in; it may be met alone, with its own handlers.
  if (at > 0) {
    alone_ = true;
    return std::nullopt;
  }
  const auto asked = planned_.size();
  if (ask_for_less(failure, asked)) return std::nullopt;
  // So may a refusal; and what may pass is tried again for a call that only reads, not for a
  // script.
  if (asked > 1 && (failure.details() != nullptr || failed_try::of(failure).passing)) {
    batch_ = asked / 2;
    alone_ = true;
    return std::nullopt;
  }
  return failure;
}

std::optional<error> page_walk::feed(std::span<const result<reply>> outcomes) {
  const auto count = std::min(outcomes.size(), planned_.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (!outcomes[i]) return failed(i, outcomes[i].error());
    if (auto failure = take_in(*outcomes[i], planned_[i])) {
      if (ready_.empty()) return failure;
      alone_ = true;
      return std::nullopt;
    }
    alone_ = false;
    if (over_ || !follows_) return std::nullopt;
  }
  if (!by_offset()) hoped_for_ = std::min(batch_, hoped_for_ * 2);
  return std::nullopt;
}

std::optional<error> page_walk::take_in(const reply& answer, std::int64_t offset) {
  const bool plain = answer.json().is_array();
  const auto [list, holder] = find(answer.json(), plain ? std::string_view{} : items_path_);
  const auto* items = list == nullptr ? nullptr : list->if_array();
  const bool other = list != nullptr && list->is_object();
  if (items == nullptr && (other || !may_be_empty_list(answer.json()))) {
    return made_failure("the response has no list at `" + items_path_ + "`");
  }
  if (const auto* count = member(holder, "count"); count != nullptr && count->is_int64()) {
    total_ = count->get_int64();
  }
  ready_page ready{page{answer, {}}, offset, from_, 0, {}, {}};
  std::vector<std::size_t> fresh;
  seen_page seen;
  seen.offset = offset;
  seen.received = items == nullptr ? 0 : static_cast<std::int64_t>(items->size());
  seen.meets = first_ || offset == start_ || overlap_ == 0;
  std::vector<std::uint64_t> keys;
  for (std::size_t i = 0; items != nullptr && i < items->size(); ++i) {
    const auto key = item_key((*items)[i]);
    keys.push_back(key);
    const bool reaches_back = static_cast<std::int64_t>(i) < overlap_;
    seen.meets = seen.meets || (reaches_back && gapless_.contains(key));
    if (given_ == limit_ || !seen_.insert(key).second) continue;
    ++given_;
    fresh.push_back(i);
    ready.keys.push_back(key);
  }
  if (seen.meets || !may_retreat(seen)) {
    for (const auto key : keys) seen.grew = gapless_.insert(key).second || seen.grew;
  }
  seen.fresh = !fresh.empty();
  seen.keys = keys;
  if (goes_round(seen)) {
    same_pages_ = most_same_pages - 1;
    return made_failure("the list does not heed `" + offset_name_ + "`: the same " +
                        std::to_string(seen.received) + " items came " +
                        std::to_string(most_same_pages + 1) + " times");
  }
  seen.next_from = text_of(member(&answer.json(), "next_from"));
  follows_ = by_offset() ? step_by_offset(seen) : step_by_next_from(seen);
  over_ = over_ || given_ == limit_;
  first_ = false;
  if (fresh.empty()) return std::nullopt;
  ready.what = page{answer, std::move(fresh)};
  ready.next_offset = offset_;
  ready.next_from = from_;
  ready_.push_back(std::move(ready));
  return std::nullopt;
}

error page_walk::made_failure(const std::string& why) const {
  error made{errc::unexpected_type, request_effect::unknown, why};
  made.set_method(what_.method());
  return made;
}

// A list that grows in front pushes its items on, but hardly just so that a page stays as it is
// again and again; should it do so, the next attempt takes that page and goes one place on.
bool page_walk::goes_round(const seen_page& seen) {
  if (!by_offset() || offset_name_.empty()) return false;
  if (seen.fresh || seen.received == 0 || !std::ranges::equal(seen.keys, same_)) {
    same_pages_ = 0;
    same_.assign(seen.keys.begin(), seen.keys.end());
  } else if (seen.offset != same_at_) {
    ++same_pages_;
  }
  same_at_ = seen.offset;
  return same_pages_ >= most_same_pages;
}

bool page_walk::may_retreat(const seen_page& seen) const {
  if (!by_offset() || seen.offset <= start_) return false;
  if (seen.received == 0) return !settled_;
  // A list in random order would never meet.
  return retreats_ < free_retreats + 4 * accepted_;
}

bool page_walk::step_by_offset(const seen_page& seen) {
  const auto end = seen.offset + seen.received;
  hoped_for_ = std::min(batch_, hoped_for_ * 2);
  if ((seen.received == 0 || !seen.meets) && may_retreat(seen)) {
    // Items were removed: what stood here stands further ahead now. Or the list ends here.
    retreated_ = true;
    from_the_end_ = from_the_end_ || seen.received == 0;
    ++retreats_;
    const auto back = std::max<std::int64_t>(page_size_ - overlap_, 1);
    const auto from = total_ ? std::min(seen.offset, *total_) : seen.offset;
    offset_ = std::max(start_, from - back);
    return false;
  }
  // Nothing stood there, and up to there nothing is missing: the list is over.
  settled_ = !seen.grew && (settled_ || from_the_end_);
  from_the_end_ = false;
  ++accepted_;
  idle_pages_ = seen.fresh || seen.grew ? 0 : idle_pages_ + 1;
  if (seen.received == 0 || offset_name_.empty() || idle_pages_ > most_idle_pages) {
    over_ = true;
    return false;
  }
  // The first page tells how many items VK really gives.
  if (page_size_ == 0) page_size_ = seen.received;
  if (first_ && total_ && *total_ > end && seen.received < page_size_ && seen.received > 1) {
    page_size_ = seen.received;
    overlap_ = std::min(overlap_, page_size_ / 2);
  }
  const bool last = total_ ? seen.offset + page_size_ >= *total_ : seen.received != page_size_;
  if (last && (!seen.fresh || (total_ && end >= *total_))) over_ = true;
  retreated_ = retreated_ && !seen.grew;
  offset_ = std::max(seen.offset + 1, end - overlap_);
  return offset_ == seen.offset + std::max<std::int64_t>(page_size_ - overlap_, 1);
}

bool page_walk::step_by_next_from(const seen_page& seen) {
  idle_pages_ = seen.fresh ? 0 : idle_pages_ + 1;
  if (seen.next_from.empty() || seen.next_from == from_ || idle_pages_ > most_idle_pages) {
    over_ = true;
  }
  if (page_size_ == 0) page_size_ = seen.received;
  from_ = seen.next_from;
  return !over_;
}

}  // namespace vkxx::detail
