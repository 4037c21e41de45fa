// Lists whose items nothing identifies: pages side by side, by the server's positions alone.
#include <algorithm>
#include <utility>

#include "client/page_walk.hpp"

namespace vkxx::detail {
namespace {

// The same page from so many places in a row, in a list whose length VK does not say.
constexpr int most_equal_pages = 25;

std::vector<item_key> values_of(const page_list& list, const key_seed& seed) {
  std::vector<item_key> keys;
  for (const auto& item : list.items()) keys.push_back(value_key(*item.value, item.part, seed));
  return keys;
}

}  // namespace

std::optional<error> page_walk::accept_by_position(const arrival& page) {
  const auto offset = page.offset();
  const auto received = page.received();
  auto values = extent_ ? std::vector<item_key>{} : values_of(page.list, seed_);
  if (!extent_) {
    same_pages_ = values == same_ ? same_pages_ + 1 : 0;
    same_ = values;
    if (same_pages_ >= most_equal_pages) {
      same_pages_ = most_equal_pages - 1;
      return made_failure("the list seems to ignore `" + offset_name_ + "`: the same " +
                          std::to_string(received) + " items came " +
                          std::to_string(most_equal_pages + 1) + " times");
    }
  }
  const auto ready_before = ready_.size();
  const auto begin = begin_of_rest(page);
  (void)deliver(page, begin, false);
  skip_ = begin - std::min(begin, page.keys.size());
  empty_pages_ = 0;
  idle_pages_ = 0;
  ++accepted_;
  anchor_ = {offset, received, extent_};
  if (offset_name_.empty()) {
    over_ = true;
    if (extent_ && offset + std::max(page_size_, received) < *extent_) {
      end_early("VK says " + std::to_string(*extent_) + ", and gave " + std::to_string(received) +
                ": " + request_.method() + " has no parameter for the next page");
    }
    return std::nullopt;
  }
  // VK gave as many as it wanted to, whatever it was asked for.
  if (page_size_ == 0 || received > page_size_) page_size_ = received;
  certain_size_ = certain_size_ || received == page_size_ || size_name_.empty();
  const bool all = extent_ && offset + received >= *extent_;
  if (!certain_size_ && !all && given_ < limit_) {
    proof_ = proof{offset, received, page.keys.size(), std::nullopt, std::move(values)};
    return std::nullopt;
  }
  offset_ = offset + page_size_;
  if (ready_.size() > ready_before) ready_.back().next_offset = offset_;
  if (all)
    over_ = true;
  else
    finish_if_asked_up_to(offset_);
  return std::nullopt;
}

// A page came short, and no page came full before: are items hidden on it, or does VK give fewer at
// a time than it was asked for? A page of as many positions as items came is one that VK gives: the
// head of the page. What is behind it, up to where the page should have reached, is the rest of it,
// or more: then VK gives fewer, and the rest has been delivered already.
void page_walk::take_proof(const arrival& page) {
  if (!proof_) return;
  const auto items = page.keys.size();
  if (!proof_->head) {
    proof_->head = items;
    return;
  }
  const auto [offset, received, all, head, values] = *proof_;
  const auto rest = all - std::min(all, *head);
  if (page.list.parts() > 1 ? *head < all || items == 0 : items <= rest) {
    return finish_proof(page_size_, offset + page_size_, 0);
  }
  if (!extent_ && rest == 0 && values_of(page.list, seed_) == values) {
    end_early("VK gave the same " + std::to_string(received) + " items wherever it was asked: " +
              request_.method() + " seems to ignore `" + offset_name_ + "`");
    return;
  }
  finish_proof(received, offset + received, page.list.parts() > 1 ? 0 : rest);
}

void page_walk::finish_proof(std::int64_t size, std::int64_t next, std::size_t skip) {
  proof_.reset();
  page_size_ = size;
  certain_size_ = true;
  offset_ = next;
  skip_ = skip;
  finish_if_asked_up_to(next);
}

}  // namespace vkxx::detail
