// The walk through the pages of a list: which requests come next, and what their answers hold.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <boost/json/value.hpp>

#include <vkxx/client/pages.hpp>
#include "client/pages/item_key.hpp"
#include "client/pages/list_in_answer.hpp"
#include "client/pages/page_plan.hpp"

namespace vkxx::detail {

// A state machine: no I/O, no clock.
//
// By offset, positions are VK's: an item that VK hides keeps its position, so that a short page is
// not the end of a list. How many positions a page really reaches is learned: the most items that
// any page had. Items that are identified are known again; each page reaches a little into the one
// before, and where two do not meet, the positions behind the last known item are looked at once
// more (hidden items), then those before them (removed ones). Items that nothing identifies are
// taken by position.
class page_walk {
 public:
  page_walk(request call, const paging& list, const page_options& options);

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
  // Whether the list was walked to its end, as far as can be known.
  [[nodiscard]] bool complete() const { return over_ && ready_.empty() && early_end_.empty(); }
  // Why it ended before that; empty: it did not.
  [[nodiscard]] const std::string& early_end() const noexcept { return early_end_; }

 private:
  // Where a page was asked for, and the keys of its fresh items: what a cursor is made of.
  struct ready_page {
    page content;
    std::int64_t offset;
    std::string from;
    std::int64_t next_offset;
    std::string next_from;
    std::vector<std::uint64_t> keys;
    std::vector<std::uint64_t> already;  // given before the cursor, where nothing identifies items
    bool cut = false;                    // the limit left items of it out
  };
  // What a page held.
  struct seen_page {
    std::int64_t offset = 0;
    std::int64_t received = 0;
    bool meets = true;  // it begins where all is known up to, or is the first
    bool fresh = false;
    bool grew = false;  // more is known without a gap
    std::vector<std::uint64_t> keys;
    std::vector<bool> known;    // item by item
    std::vector<bool> objects;  // item by item
    std::string next_from;
  };

  void read_cursor(const std::string& text);
  [[nodiscard]] bool by_offset() const noexcept { return from_name_.empty(); }
  [[nodiscard]] std::int64_t stride() const noexcept;
  [[nodiscard]] std::size_t batch_size() const;
  [[nodiscard]] std::size_t pages_by_offset() const;
  [[nodiscard]] std::size_t pages_by_next_from() const;
  // What follows from a page that failed, the `at`th of those asked for; an error: the caller's.
  [[nodiscard]] std::optional<error> failed(std::size_t at, const error& failure);
  // Whether the failure of a whole script is met by asking for less at a time.
  [[nodiscard]] bool ask_for_less(const error& failure, std::size_t calls);

  [[nodiscard]] std::optional<error> take_in(const reply& answer, std::int64_t offset);
  // The pages that wait for what stands before them.
  [[nodiscard]] std::optional<error> take_in_waiting();
  void recognize(const list_in_answer& list, seen_page& seen);
  void recognize_by_identity(const list_in_answer& list, seen_page& seen);
  void recognize_by_position(const list_in_answer& list, seen_page& seen);
  void deliver(const reply& answer, seen_page& seen);
  // Counts the pages in a row that are the same though they were asked for at different places.
  [[nodiscard]] bool goes_round(const seen_page& seen);
  [[nodiscard]] error make_failure(const std::string& why) const;

  [[nodiscard]] bool may_retreat(const seen_page& seen) const;
  // Whether the positions behind the last known item have to be looked at before this page.
  [[nodiscard]] bool needs_bridge(const seen_page& seen) const;
  void learn_reach(const seen_page& seen);
  void retreat(const seen_page& seen);
  void step_over_nothing(const seen_page& seen);
  // Each says whether the pages behind it, asked for at the same time, still follow.
  [[nodiscard]] bool step_by_offset(const seen_page& seen);
  [[nodiscard]] bool step_by_next_from(const seen_page& seen);
  void finish_by_offset();
  void finish_by_next_from();
  void end_early(const std::string& why);

  request call_;
  std::string items_path_, offset_name_, size_name_, from_name_;
  item_identity identity_;
  std::size_t limit_;
  std::string fault_;

  std::int64_t page_size_ = 0;  // what is asked for; 0: VK's own
  std::int64_t overlap_ = 0;
  std::int64_t start_ = 0;
  std::int64_t reach_ = 0;  // the most items that a page had
  int reached_ = 0;         // how many pages had about as many
  std::size_t batch_ = 1;
  std::size_t hoped_for_ = 1;  // pages at a time where VK does not say how many there are
  std::vector<std::int64_t> planned_;

  std::int64_t offset_ = 0;
  std::string from_;
  bool first_ = true;
  bool alone_ = false;  // a page failed in a script; it is asked for by itself
  bool retreated_ = false;
  bool bridging_ = false;  // the page asked for stands before those that wait
  bool accepted_gap_ = false;
  bool follows_ = true;
  bool from_the_end_ = false;
  bool settled_ = false;
  bool hides_ = false;  // pages were short, and the list went on
  bool short_ = false;  // the page before was
  int idle_pages_ = 0;
  int empty_pages_ = 0;
  int same_pages_ = 0;
  std::int64_t same_at_ = 0;         // where the page before was asked for,
  std::vector<std::uint64_t> same_;  // and what it held
  int retreats_ = 0;
  int accepted_ = 0;
  std::int64_t shown_at_ = -1;  // the last page with items: where it began,
  std::int64_t shown_ = 0;      // and how many it had
  std::int64_t pages_seen_ = 0;
  std::vector<std::uint64_t> shown_keys_;  // its items as whole values, and which are objects
  std::vector<bool> shown_objects_;
  std::unordered_map<std::uint64_t, int> skip_;  // of the first page behind a cursor
  std::optional<std::int64_t> total_;
  std::unordered_set<std::uint64_t> seen_;     // all items that were met
  std::unordered_set<std::uint64_t> gapless_;  // those before which none is missing
  std::vector<std::uint64_t> before_;          // the last keys before the page that was given last
  std::size_t given_ = 0;
  struct waiting_page {
    reply answer;
    std::int64_t offset;
  };
  std::deque<waiting_page> waiting_;
  std::deque<ready_page> ready_;
  std::optional<ready_page> last_;
  bool over_ = false;
  std::string early_end_;
};

}  // namespace vkxx::detail
