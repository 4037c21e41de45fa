// The walk through the pages of a list: which requests come next, and what their answers hold.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/json/value.hpp>

#include <vkxx/client/pages.hpp>
#include "client/page_plan.hpp"

namespace vkxx::detail {

// What tells an item from the others of its list, and stays when its counters change.
[[nodiscard]] std::uint64_t item_key(const boost::json::value& item);

// A machine: no I/O, no clock.
class page_walk {
 public:
  page_walk(request what, const paging& how, const page_options& options);

  // Why the walk cannot begin (a cursor that cannot be read); empty: it can.
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }
  // A page that is ready, with fresh items in it.
  [[nodiscard]] std::optional<page> take();
  [[nodiscard]] bool over() const noexcept { return over_; }
  // The pages to ask for now. Precondition: not over.
  [[nodiscard]] page_plan plan();
  // Their outcomes. An error: the walk stays where it is, and `plan` asks for that page again.
  [[nodiscard]] std::optional<error> feed(std::span<const result<reply>> outcomes);

  [[nodiscard]] std::string cursor(std::size_t delivered) const;
  [[nodiscard]] std::optional<std::int64_t> total() const noexcept { return total_; }

 private:
  // Where a page was asked for, and the keys of its fresh items: what a cursor is made of.
  struct ready_page {
    page what;
    std::int64_t offset;
    std::string from;
    std::int64_t next_offset;
    std::string next_from;
    std::vector<std::uint64_t> keys;
  };
  struct seen_page;

  void read_cursor(const std::string& text);
  [[nodiscard]] bool by_offset() const noexcept { return from_name_.empty(); }
  [[nodiscard]] std::size_t batch_size() const;
  [[nodiscard]] std::size_t pages_by_offset() const;
  [[nodiscard]] std::size_t pages_by_next_from() const;
  // What follows from a page that failed, the `at`th of those asked for; an error: the caller's.
  [[nodiscard]] std::optional<error> failed(std::size_t at, const error& failure);
  // Whether the failure of a whole script is met by asking for less at a time.
  [[nodiscard]] bool ask_for_less(const error& failure, std::size_t calls);
  [[nodiscard]] std::optional<error> take_in(const reply& answer, std::int64_t offset);
  // Counts the pages in a row that are the same though they were asked for at different places.
  [[nodiscard]] bool goes_round(const seen_page& seen);
  [[nodiscard]] error made_failure(const std::string& why) const;
  [[nodiscard]] bool may_retreat(const seen_page& seen) const;
  // Each says whether the pages behind it, asked for at the same time, still follow.
  [[nodiscard]] bool step_by_offset(const seen_page& seen);
  [[nodiscard]] bool step_by_next_from(const seen_page& seen);

  request what_;
  std::string items_path_, offset_name_, size_name_, from_name_;
  std::size_t limit_;
  std::string fault_;

  std::int64_t page_size_ = 0;  // 0: VK's own
  std::int64_t overlap_ = 0;
  std::int64_t start_ = 0;
  std::size_t batch_ = 1;
  std::size_t hoped_for_ = 1;  // pages at a time where VK does not say how many there are
  std::vector<std::int64_t> planned_;

  std::int64_t offset_ = 0;
  std::string from_;
  bool first_ = true;
  bool alone_ = false;  // a page failed in a script; it is asked for by itself
  bool retreated_ = false;
  bool follows_ = true;
  bool from_the_end_ = false;
  bool settled_ = false;
  int idle_pages_ = 0;
  int same_pages_ = 0;
  std::int64_t same_at_ = 0;         // where the page before was asked for,
  std::vector<std::uint64_t> same_;  // and what it held
  int retreats_ = 0;
  int accepted_ = 0;
  std::optional<std::int64_t> total_;
  std::unordered_set<std::uint64_t> seen_;     // all items that were met
  std::unordered_set<std::uint64_t> gapless_;  // those before which none is missing
  std::vector<std::uint64_t> before_;          // the last keys before the page that was given last
  std::size_t given_ = 0;
  std::deque<ready_page> ready_;
  std::optional<ready_page> last_;
  bool over_ = false;
};

}  // namespace vkxx::detail
