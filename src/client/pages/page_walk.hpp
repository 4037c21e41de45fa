// The walk through the pages of a list: chooses the next requests and reads their answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <vkxx/client/pages.hpp>
#include "client/pages/item_key.hpp"
#include "client/pages/page_cursor.hpp"
#include "client/pages/page_list.hpp"
#include "client/pages/page_plan.hpp"

namespace vkxx::detail {

// A state machine: no I/O, no clock.
//
// Positions are the server's. VK counts items that it does not show (deleted, private), so a page
// may hold fewer items than it has positions. A page has at least as many positions as the fullest
// one had items (`proven_`). The walk steps by no more than that, and measures a page where that is
// little.
//
// Pages of identified items overlap. A page *joins* if it holds a known item. A page that does not
// join is held back, and pages before it are read again (`checks_`) until they lead up to it, or
// show that the items between are hidden.
class page_walk {
 public:
  page_walk(request first, const paging& list, const page_options& options, bool as_json = true);

  // Set if the walk cannot begin: options out of range, or a cursor of another list.
  [[nodiscard]] const std::optional<error>& fault() const noexcept { return fault_; }
  // Returns the next page with new items, if one is ready.
  [[nodiscard]] std::optional<page> take();
  [[nodiscard]] bool over() const noexcept { return over_; }
  // Returns the pages to request now. Precondition: not over.
  [[nodiscard]] page_plan plan();
  // Takes the outcomes of those pages. Returns the error that stopped the walk, if any; `plan` then
  // requests that page again.
  [[nodiscard]] std::optional<error> feed(std::span<const result<reply>> outcomes);

  [[nodiscard]] std::string cursor(std::size_t delivered) const;
  [[nodiscard]] std::optional<std::int64_t> total() const noexcept { return total_; }
  // See `page_sequence::complete`.
  [[nodiscard]] bool complete() const noexcept;
  [[nodiscard]] const std::string& incomplete_reason() const noexcept {
    return doubt_.empty() ? reason_ : doubt_;
  }

 private:
  // Whether the list itself is over, also for a later walk from here. A walk that reached its limit
  // is not at the end.
  [[nodiscard]] bool is_at_the_end() const noexcept {
    const bool named_no_next_page = order_ == page_order::chained && from_.empty();
    return over_ && (given_ < limit_ || named_no_next_page);
  }

  enum class purpose : std::uint8_t {
    regular,
    check,    // a page before one that does not join
    last,     // the last page of the list, if the pages here are empty
    measure,  // part of a short page: how many positions does a page have?
    round,    // does the list ignore the offset?
    probe,    // does a list without a count continue after its end?
    search,   // the place of a cursor
  };
  struct planned_page {
    std::int64_t offset = 0;
    std::int64_t size = 0;
    purpose why = purpose::regular;
  };
  struct held_page {
    reply answer;
    planned_page place;
  };
  // The position of a page and its new items, from which a cursor is made.
  struct ready_page {
    page content;
    planned_page place;
    std::string from;
    std::vector<page_cursor::key> keys;  // of the new items
    std::int64_t given_before = 0;
    std::optional<std::int64_t> total;
    std::optional<std::int64_t> next_offset;
    std::string next_from;
    bool cut = false;  // the limit excluded new items of the page
  };
  struct arrival;

  // page_walk.cpp: limits, batches, failures
  void resume(const page_cursor& cursor);
  [[nodiscard]] std::size_t batch_size() const;
  [[nodiscard]] std::size_t pages_by_offset() const;
  [[nodiscard]] std::size_t pages_by_next_from() const;
  [[nodiscard]] request call_for(const planned_page& place) const;
  [[nodiscard]] std::optional<error> failed(std::size_t at, const error& failure);
  [[nodiscard]] bool ask_for_less(const error& failure, std::size_t calls);
  [[nodiscard]] std::optional<error> take_in(const reply& answer, const planned_page& place);
  [[nodiscard]] error made_failure(const std::string& why) const;
  void end_early(const std::string& why);
  void doubt(const std::string& why);
  [[nodiscard]] std::vector<item_key> values_of(const page_list& list) const;

  // page_delivery.cpp: new items and cursors
  [[nodiscard]] page_cursor cursor_here() const;
  // Returns whether the page had new items.
  bool deliver(const arrival& page, std::size_t begin, bool resuming);
  [[nodiscard]] std::size_t begin_of_rest(const arrival& page);
  [[nodiscard]] std::size_t known_loose(const arrival& page, std::size_t begin) const;
  void remember_tail(const arrival& page);
  [[nodiscard]] bool ends_with_tail(const arrival& page) const;
  [[nodiscard]] std::optional<std::size_t> last_known(const arrival& page) const;
  [[nodiscard]] std::optional<error> take_chained(const arrival& page);

  // page_walk_by_offset.cpp
  void plan_by_offset(std::size_t most);
  [[nodiscard]] std::optional<std::int64_t> learn_counts(const page_list& list);
  void note_total(const arrival& page);
  [[nodiscard]] bool probing() const;
  [[nodiscard]] bool brings_nothing_new(const arrival& page) const;
  [[nodiscard]] std::int64_t last_offset() const;
  [[nodiscard]] bool still_planned(const planned_page& place) const;
  [[nodiscard]] std::optional<error> take_by_offset(const arrival& page);
  [[nodiscard]] std::optional<error> take_regular(const arrival& page);
  void take_empty(const arrival& page);
  void take_empty_behind_the_end(std::int64_t offset, bool left_out);
  void take_last(const arrival& page);
  void end_before_count();
  void look_behind(std::int64_t offset);
  void take_probe(const arrival& page);
  void finish_if_asked_up_to(std::int64_t position);
  [[nodiscard]] bool count_is_to_be_tried(const arrival& page) const;

  // page_walk_joined.cpp: pages that overlap
  [[nodiscard]] std::optional<error> accept_joined(const arrival& page);
  [[nodiscard]] std::int64_t place_after(std::int64_t offset) const;
  void step_joined(const arrival& page, bool grew);
  [[nodiscard]] std::optional<error> goes_round(const arrival& page);
  [[nodiscard]] std::size_t begin_of_new(const arrival& page);
  [[nodiscard]] std::optional<error> ignored_offset(const arrival& page);
  [[nodiscard]] bool may_retreat() const noexcept;
  void hold(const arrival& page);
  void plan_checks(std::int64_t before);
  [[nodiscard]] std::optional<error> take_check(const arrival& page);
  [[nodiscard]] std::optional<error> take_further_check(const arrival& page);
  [[nodiscard]] std::vector<std::optional<item_key>> keys_of(const reply& answer) const;
  [[nodiscard]] std::optional<error> conclude_check(const arrival& page);
  [[nodiscard]] std::optional<error> release_held();
  [[nodiscard]] std::int64_t place_in_search() const;
  [[nodiscard]] std::optional<error> take_search(const arrival& page);

  // page_walk_by_position.cpp: pages side by side
  [[nodiscard]] std::optional<error> accept_by_position(const arrival& page);
  [[nodiscard]] bool goes_round_by_position(const arrival& page);
  [[nodiscard]] std::int64_t place_behind(std::int64_t offset) const;
  void deliver_window(const arrival& page, bool all);
  [[nodiscard]] std::optional<error> take_round_check(const arrival& page);

  // page_measure.cpp: the number of positions of a page
  [[nodiscard]] bool is_certain() const noexcept { return proven_ >= page_size_; }
  [[nodiscard]] std::int64_t positions() const;
  [[nodiscard]] bool may_be_full(const arrival& page) const;
  [[nodiscard]] std::int64_t overlap() const;
  [[nodiscard]] std::int64_t stride() const;
  [[nodiscard]] std::int64_t size_to_ask() const;
  void learn_size(const arrival& page);
  void begin_measure(const arrival& page);
  [[nodiscard]] std::optional<error> take_measure(const arrival& page);
  [[nodiscard]] std::optional<error> finish_measure();
  void doubt_assumed_size();

  request request_;
  std::string items_path_, offset_name_, size_name_, from_name_;
  item_identity identity_;
  bool as_json_;  // whether the pages become trees of values
  key_seed seed_ = key_seed::random();
  page_order order_ = page_order::joined;
  std::string digest_;
  std::size_t limit_;
  std::optional<error> fault_;

  std::int64_t page_size_ = 0;  // 0: VK's default, still unknown
  std::int64_t proven_ = 0;     // a page has at least this many positions, if requested
  bool assumed_size_ = false;   // a page counts as having all requested positions, without proof
  bool measured_ = false;
  int equal_pages_ = 0;  // pages as long as `proven_`
  std::int64_t start_ = 0;
  std::size_t batch_ = 1;
  std::size_t hoped_for_ = 1;  // the number of pages to request at once, without failures
  std::vector<planned_page> planned_;

  std::int64_t offset_ = 0;  // of the next page; chained: its number
  std::string from_;
  std::size_t skip_ = 0;                // items of the first page that an earlier walk delivered,
  std::vector<item_key> skipped_keys_;  // and the last of their keys
  bool first_ = true;
  bool alone_ = false;  // a page failed in a script and is requested by itself

  // The last page that joined and was not empty.
  struct {
    std::int64_t offset = 0;
    std::int64_t received = 0;
    std::optional<std::int64_t> extent;
  } anchor_;
  std::vector<held_page> held_;
  std::deque<std::int64_t> checks_;
  bool first_check_ = true;
  std::optional<std::int64_t> checked_extent_;
  std::optional<std::int64_t> trusted_at_;  // a page that need not join
  int retreats_ = 0;
  int accepted_ = 0;
  int grown_ = 0;                         // accepted pages with new items
  std::optional<std::int64_t> empty_at_;  // the end, unless items moved from there
  bool settled_ = false;  // the last page leads to the end of the list and had no new items

  int empty_pages_ = 0;  // consecutive, before VK's count
  int idle_pages_ = 0;
  bool reaches_end_ = false;  // the last page of the list has items
  std::deque<std::int64_t> probes_;
  std::int64_t reaches_to_ = 0;  // a probe found items there
  // Parts of a short page: its heads (from its beginning, of growing length), and the rest after
  // the first head.
  struct measure {
    held_page page;
    std::int64_t received;
    std::size_t items;
    std::deque<planned_page> left;
    std::int64_t best = 0;  // the longest head that does not hold all items
    std::size_t first_head = 0;
    bool heads_begun = false;
    bool capped = false;  // VK returns fewer than requested
  };
  std::optional<measure> measure_;
  std::optional<std::int64_t> round_check_;  // the same page came repeatedly
  bool round_checked_ = false;
  std::int64_t doubtful_from_ = 0;
  std::optional<std::int64_t> unproven_from_;  // pages from there were empty, their size unknown
  struct search {
    std::int64_t offset;
    std::optional<std::int64_t> total;
    int tries;
  };
  std::optional<search> search_;
  std::optional<std::int64_t> floor_;  // where a resumed walk began,
  key_set resumed_keys_;               // and the items before that position

  int same_pages_ = 0;
  std::optional<std::int64_t> same_extent_;
  std::int64_t same_since_ = 0;                   // the first position of the equal pages,
  std::int64_t same_at_ = 0;                      // the position of the last one,
  std::vector<item_key> same_;                    // and its items
  bool is_nested_ = false;                        // each element of the response has a list
  std::map<std::uint64_t, std::int64_t> counts_;  // VK's `count` of each part,
  bool learned_counts_ = false;                   // learned by this walk
  std::optional<std::int64_t> total_;             // and their sum
  std::optional<std::int64_t> extent_;            // and the position where it ends
  bool count_is_wrong_ = false;

  key_set seen_;
  key_set cursors_seen_;
  std::optional<item_key> tail_;         // the last identified item of the last page,
  std::vector<item_key> tail_loose_;     // and those without identity behind it
  std::deque<page_cursor::key> before_;  // the last keys before the page delivered last
  std::size_t given_ = 0;
  std::int64_t received_ = 0;
  std::deque<ready_page> ready_;
  std::optional<ready_page> last_;
  std::optional<page_cursor> origin_;
  bool over_ = false;
  std::string reason_;  // why the walk ended early
  std::string doubt_;   // a possible gap found before that
};

// A received page.
struct page_walk::arrival {
  const reply& answer;
  const page_list& list;
  planned_page place;
  std::vector<std::optional<item_key>> keys;  // of each item; empty without identity

  [[nodiscard]] std::int64_t offset() const noexcept { return place.offset; }
  [[nodiscard]] std::int64_t received() const noexcept { return list.received(); }
};

}  // namespace vkxx::detail
