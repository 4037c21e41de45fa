#include "client/pages/page_walk.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "client/execute/execute_code.hpp"
#include "client/request/call_nature.hpp"
#include "client/retry/retry_machine.hpp"

namespace vkxx::detail {
namespace {

// A page reaches so far into the one before: so many items may be removed before it is noticed that
// the pages do not meet.
constexpr std::int64_t most_overlap = 5;
// Where neither the caller nor the schema says how many items make a page.
constexpr std::int64_t ordinary_page = 100;
std::optional<std::int64_t> number_in(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failure != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return number;
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

page_walk::page_walk(request call, const paging& list, const page_options& options)
    : call_{std::move(call)},
      items_path_{list.items},
      offset_name_{list.offset},
      size_name_{list.size},
      from_name_{list.from},
      identity_{list.identity},
      limit_{options.limit().value_or(std::numeric_limits<std::size_t>::max())},
      batch_{std::clamp<std::size_t>(options.pages_per_request(), 1, most_execute_calls)} {
  const auto asked = number_in(call_.parameters().find(size_name_));
  if (!size_name_.empty()) {
    page_size_ = list.largest > 0 ? list.largest : list.usual > 0 ? list.usual : ordinary_page;
    if (asked && *asked > 0) page_size_ = *asked;
  }
  if (!may_stand_in_script(call_)) batch_ = 1;
  if (by_offset()) {
    if (page_size_ > 0) page_size_ = std::max<std::int64_t>(page_size_, 2);
    overlap_ = page_size_ == 0 ? 1 : std::min(most_overlap, page_size_ / 2);
    if (!identity_.exists()) overlap_ = 0;
    start_ = number_in(call_.parameters().find(offset_name_)).value_or(0);
  } else {
    from_ = call_.parameters().find(from_name_).value_or(std::string_view{});
  }
  offset_ = start_;
  if (!options.cursor().empty()) read_cursor(options.cursor());
  over_ = over_ || limit_ == 0 || !fault_.empty();
}

// How far apart pages are asked for.
std::int64_t page_walk::stride() const noexcept {
  return std::max<std::int64_t>((reach_ > 0 ? reach_ : page_size_) - overlap_, 1);
}

std::size_t page_walk::batch_size() const {
  if (first_ || retreated_ || alone_ || bridging_) return 1;
  return std::clamp<std::size_t>(by_offset() ? pages_by_offset() : pages_by_next_from(), 1, batch_);
}

std::size_t page_walk::pages_by_offset() const {
  // A short page may be one with hidden items, or as large as they get.
  if (offset_name_.empty() || (reach_ != page_size_ && reached_ < 2)) return 1;
  const auto stride = static_cast<std::size_t>(this->stride());
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
  auto first = call_;
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
    offset += stride();
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
    reach_ = std::min(reach_, page_size_);
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
  if (asked > 1 && (failure.details() != nullptr || failure.is_transient())) {
    batch_ = asked / 2;
    alone_ = true;
    return std::nullopt;
  }
  return failure;
}

}  // namespace vkxx::detail
