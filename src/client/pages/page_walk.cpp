#include "client/pages/page_walk.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <vkxx/core/printable.hpp>

#include "client/execute/execute_code.hpp"
#include "client/reply/reply_builder.hpp"
#include "client/request/call_idempotency.hpp"
#include "client/retry/retry_machine.hpp"
#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

// The page size if neither the caller nor the schema specifies one.
constexpr std::int64_t ordinary_page = 100;
// VK's `count` alone justifies at most this many pages at once: a list may end before its count.
constexpr std::size_t most_unproven_pages = 4;
// The bounds for the caller's options. VK's own limits are lower.
constexpr std::int64_t most_page_size = 1'000'000;
constexpr std::int64_t most_start = std::int64_t{1} << 48;

std::optional<std::int64_t> number_in(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  return vkxx::detail::parse_number<std::int64_t>(*text);
}

// A script runs with one token, the client's. A method that the schema does not have counts as
// allowed; otherwise VK refuses it.
bool may_stand_in_script(const request& call) {
  return check_scripted(call).has_value() && !is_kept_out_of_batches(call.method());
}

bool is_not_allowed(const error& failure) {
  for (const auto code : {3, 15, 27, 28}) {
    if (failure == api_errc{code}) return true;
  }
  return false;
}

std::optional<error> fault_of(const page_options& options) {
  const auto refuse = [](const std::string& why) {
    return error{errc::invalid_argument, request_effect::not_sent, why};
  };
  const auto pages = options.pages_per_request();
  if (pages < 1 || pages > most_execute_calls) {
    return refuse("`page_options::pages_per_request` is 1 to 25, not " + std::to_string(pages));
  }
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  if (options.limit() && *options.limit() > most) {
    return refuse("`page_options::limit` is " + std::to_string(*options.limit()) +
                  ": a negative number?");
  }
  return std::nullopt;
}

// A place or a size that is no number is a mistake of the program, and no reason to begin
// elsewhere.
std::optional<error> fault_of_number(const request& call, const std::string& name,
                                     std::int64_t least) {
  if (name.empty()) return std::nullopt;
  const auto text = call.parameters().find(name);
  if (!text || text->empty()) return std::nullopt;
  const auto number = number_in(text);
  if (number && *number >= least) return std::nullopt;
  error failure{errc::invalid_argument, request_effect::not_sent,
                "parameter `" + name + "`: expected a whole number" +
                    (least == 0 ? " from 0" : "") + ", not `" + printable(*text) + "`"};
  return failure.set_method(call.method());
}

}  // namespace

page_walk::page_walk(request first, const paging& list, const page_options& options, bool as_json)
    : request_{std::move(first)},
      items_path_{list.items},
      offset_name_{list.offset},
      size_name_{list.size},
      from_name_{list.from},
      identity_{list.identity},
      as_json_{as_json},
      limit_{options.limit().value_or(std::numeric_limits<std::int64_t>::max())},
      fault_{fault_of(options)},
      batch_{std::clamp<std::size_t>(options.pages_per_request(), 1, most_execute_calls)} {
  is_nested_ = list.items.starts_with(nested_list_prefix);
  if (!from_name_.empty()) order_ = page_order::chained;
  // The inner lists of a nested list end at different positions, so they are walked side by side.
  else if (!identity_ || is_nested_)
    order_ = page_order::position;
  page_size_ = list.usual;
  if (!size_name_.empty()) {
    const auto size = number_in(request_.parameters().find(size_name_));
    page_size_ = list.largest > 0 ? list.largest : list.usual > 0 ? list.usual : ordinary_page;
    if (size && *size > 0) page_size_ = std::min(*size, most_page_size);
    if (order_ == page_order::joined) page_size_ = std::max<std::int64_t>(page_size_, 2);
  }
  assumed_size_ = size_name_.empty() && order_ == page_order::position;
  if (!fault_) fault_ = fault_of_number(request_, size_name_, 0);
  if (!may_stand_in_script(request_)) batch_ = 1;
  if (order_ == page_order::chained) {
    from_ = request_.parameters().find(from_name_).value_or(std::string_view{});
  } else {
    constexpr auto any = std::numeric_limits<std::int64_t>::min();
    if (!fault_) fault_ = fault_of_number(request_, offset_name_, any);
    start_ = std::clamp(number_in(request_.parameters().find(offset_name_)).value_or(0),
                        -most_start, most_start);
  }
  offset_ = start_;
  digest_ = list_digest(request_, {offset_name_, size_name_, from_name_});
  if (!fault_ && !options.resume().empty()) {
    const auto cursor = page_cursor::read(options.resume(), request_.method(), digest_);
    if (!cursor)
      fault_ = cursor.error();
    else
      resume(*cursor);
  }
  if (!from_.empty()) cursors_seen_.insert(hash_of(from_, seed_));
  over_ = over_ || given_ >= limit_ || fault_.has_value();
}

void page_walk::resume(const page_cursor& cursor) {
  const bool chained = cursor.order == page_order::chained;
  if (chained != (order_ == page_order::chained)) {
    fault_ = error{errc::invalid_argument, request_effect::not_sent,
                   "cannot resume from this cursor: the pages of " + request_.method() +
                       " follow each other in another way than those it was saved from"};
    return;
  }
  origin_ = cursor;
  seed_ = cursor.seed;
  start_ = cursor.start;
  offset_ = cursor.offset;
  from_ = cursor.from;
  skip_ = static_cast<std::size_t>(cursor.skip);
  given_ = static_cast<std::size_t>(cursor.given);
  // The limit applies to this walk, not to earlier ones.
  limit_ += std::min(given_, std::numeric_limits<std::size_t>::max() - limit_);
  received_ = cursor.given;
  over_ = cursor.over;
  (cursor.over ? reason_ : doubt_) = cursor.reason;
  total_ = cursor.total;
  first_ = false;
  // Items without identity turned the joined list into one by position.
  if (!chained && cursor.order == page_order::position && order_ == page_order::joined) {
    order_ = page_order::position;
    identity_ = {};
  }
  if (skip_ > 0) page_size_ = cursor.size;
  proven_ = cursor.proven;
  std::vector<item_key> identified;
  for (const auto& key : cursor.keys) {
    before_.push_back(key);
    if (key.loose) {
      tail_loose_.push_back(key.hash);
      continue;
    }
    seen_.insert(key.hash);
    resumed_keys_.insert(key.hash);
    identified.push_back(key.hash);
    tail_ = key.hash;
    tail_loose_.clear();
  }
  if (order_ == page_order::joined) {
    if (identified.empty())
      trusted_at_ = offset_;
    else
      search_ = search{offset_, cursor.total, 0};
  } else if (skip_ > 0) {
    const auto kept = std::min(identified.size(), skip_);
    skipped_keys_.assign(identified.end() - static_cast<std::ptrdiff_t>(kept), identified.end());
  }
}

bool page_walk::complete() const noexcept {
  return over_ && ready_.empty() && incomplete_reason().empty() && !fault_;
}

void page_walk::doubt(const std::string& why) {
  if (doubt_.empty()) doubt_ = why;
}

void page_walk::end_early(const std::string& why) {
  over_ = true;
  // Items after the limit are not missing.
  if (given_ < limit_) reason_ = why;
}

std::size_t page_walk::batch_size() const {
  if (first_ || alone_) return 1;
  const bool chained = order_ == page_order::chained;
  return std::clamp<std::size_t>(chained ? pages_by_next_from() : pages_by_offset(), 1, batch_);
}

std::size_t page_walk::pages_by_offset() const {
  if (offset_name_.empty() || proven_ == 0) return 1;
  const auto step = static_cast<std::size_t>(stride());
  auto useful = hoped_for_;
  if (!extent_) {
    // The end is unknown: request few pages that may be empty.
    useful = std::min(useful, static_cast<std::size_t>(accepted_) / 2 + 1);
  } else {
    if (empty_pages_ == 0) useful = std::max(useful, most_unproven_pages);
    const auto left = *extent_ - offset_ - overlap();
    const auto pages = left <= 0 ? 1 : (static_cast<std::size_t>(left) + step - 1) / step;
    useful = std::min(useful, pages);
  }
  const auto wanted = limit_ - given_;
  return wanted / step < useful ? wanted / step + 1 : useful;
}

std::size_t page_walk::pages_by_next_from() const {
  if (from_.empty()) return 1;
  const auto step = static_cast<std::size_t>(std::max<std::int64_t>(page_size_, 1));
  const auto wanted = limit_ - given_;
  return std::min(hoped_for_, wanted / step + (wanted % step == 0 ? 0 : 1));
}

request page_walk::call_for(const planned_page& place) const {
  auto call = request_;
  if (!size_name_.empty()) call.set(size_name_, place.size);
  if (order_ == page_order::chained) {
    if (!from_.empty()) call.set(from_name_, from_);
  } else if (!offset_name_.empty() &&
             (place.offset != 0 || call.parameters().mentions(offset_name_))) {
    call.set(offset_name_, place.offset);
  }
  return call;
}

page_plan page_walk::plan() {
  planned_.clear();
  const auto count = batch_size();
  if (order_ == page_order::chained) {
    planned_.assign(count, {offset_, page_size_, purpose::regular});
    return {call_for(planned_.front()), from_name_, count};
  }
  plan_by_offset(count);
  std::vector<request> calls;
  for (const auto& place : planned_) calls.push_back(call_for(place));
  return page_plan{std::move(calls)};
}

bool page_walk::ask_for_less(const error& failure, std::size_t calls) {
  const bool too_big =
      failure == api_errc::execute_runtime_error || failure == errc::answer_too_large;
  if (calls > 1 && (too_big || is_not_allowed(failure))) {
    batch_ = too_big ? calls / 2 : 1;
    return true;
  }
  if (calls == 1 && too_big && page_size_ > 2 && !size_name_.empty() && !measure_) {
    page_size_ = std::max<std::int64_t>(page_size_ / 2, 2);
    return true;
  }
  return false;
}

std::optional<error> page_walk::failed(std::size_t at, const error& failure) {
  // The pages before it were accepted. It may succeed by itself, with its own handlers.
  if (at > 0) {
    alone_ = true;
    return std::nullopt;
  }
  const auto calls = planned_.size();
  if (ask_for_less(failure, calls)) return std::nullopt;
  // A refused script may succeed call by call. A transient failure is retried for a call that only
  // reads, not for a script.
  if (calls > 1 && (failure.details() != nullptr || failure.is_transient())) {
    batch_ = calls / 2;
    alone_ = true;
    return std::nullopt;
  }
  return failure;
}

std::optional<error> page_walk::feed(std::span<const result<reply>> outcomes) {
  const auto places = planned_;
  const auto count = std::min(outcomes.size(), places.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (!outcomes[i]) return failed(i, outcomes[i].error());
    // The decoder of the page has kept its own bounds.
    if (as_json_ || reply_builder::decoder_of(*outcomes[i]) == nullptr) {
      const auto status = reply_builder::check_bounds(*outcomes[i]);
      if (!status) return failed(i, status.error());
    }
    if (auto failure = take_in(*outcomes[i], places[i])) {
      if (*failure == errc::answer_too_large) return failed(i, *failure);
      if (ready_.empty()) return failure;
      alone_ = true;
      return std::nullopt;
    }
    alone_ = false;
    if (over_) return std::nullopt;
    if (i + 1 < count && !still_planned(places[i + 1])) return std::nullopt;
  }
  hoped_for_ = std::min(batch_, hoped_for_ * 2);
  return std::nullopt;
}

std::optional<error> page_walk::take_in(const reply& answer, const planned_page& place) {
  if (!held_.empty() && place.why == purpose::regular) {
    held_.push_back({answer, place});
    return std::nullopt;
  }
  constexpr auto item_memory = sizeof(page_list::item) + sizeof(std::optional<item_key>);
  const auto most = reply_builder::memory_for_values(answer) / item_memory;
  const auto list = page_list::read(answer.text(), items_path_, most);
  if (list && list->too_long()) return reply_builder::too_large(answer);
  if (!list) return made_failure("the response has no list at `" + items_path_ + "`");
  arrival page{answer, *list, place, {}};
  page.keys.reserve(list->items().size());
  bool identified = false;
  for (const auto& item : list->items()) {
    page.keys.push_back(identity_.key_of(item.text, item.group, seed_));
    identified = identified || page.keys.back();
  }
  if (accepted_ == 0 && !search_ && order_ == page_order::joined && !identified && !list->empty()) {
    order_ = page_order::position;
    identity_ = {};
  }
  auto failure = order_ == page_order::chained ? take_chained(page) : take_by_offset(page);
  if (failure) return failure;
  first_ = false;
  over_ = over_ || given_ >= limit_;
  if (over_) doubt_assumed_size();
  return std::nullopt;
}

error page_walk::made_failure(const std::string& why) const {
  error failure{errc::unexpected_type, request_effect::unknown, why};
  failure.set_method(request_.method());
  return failure;
}

}  // namespace vkxx::detail
