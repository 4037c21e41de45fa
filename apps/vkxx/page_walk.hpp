/// @file
/// The way through a list that VK gives page by page.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <vkxx/client/request.hpp>
#include <vkxx/schema_tables/schema_tables.hpp>

namespace vkxx::cli {

/// Whether VK gives the method's list page by page.
[[nodiscard]] bool has_pages(schema_tables::method method);

/// Says which page comes next, and which of its items are new.
///
/// A page begins behind as many items as the ones before it had (`offset`), or where VK said that
/// it should (`next_from`). Items that appear while the walk is on push others to a later page,
/// where they are known again by their ids.
class page_walk {
 public:
  /// `first`: the call, in which `offset` or `start_from` may say where to begin and `count` how
  /// large a page is; else it is the largest that VK's schema allows. `cursor`: goes on where
  /// another walk stood. Throws `usage_failure`: no method with pages, no cursor of such a method.
  page_walk(schema_tables::method method, request first, const std::vector<std::string>& given,
            const std::string& cursor);

  [[nodiscard]] bool over() const noexcept { return over_; }
  /// The call for the next page. Precondition: not over.
  [[nodiscard]] request next() const;
  /// Takes the answer to `next()`; gives the items that were not there before, in order; nothing
  /// if there is no list in it.
  [[nodiscard]] std::optional<std::vector<boost::json::value>> take(
      const boost::json::value& answer);
  /// Where another walk can go on: before the page of `next()`. Empty: there is nothing more.
  [[nodiscard]] const std::string& cursor() const noexcept { return cursor_; }
  /// How many items there are by VK's word, if it said so.
  [[nodiscard]] std::optional<std::int64_t> total() const noexcept { return total_; }

 private:
  void step_by_offset(std::size_t items, bool anything_new);
  void step_by_next_from(const boost::json::value& answer);

  request call_;
  std::string start_name_;  // `start_from`; empty: by offset
  std::string cursor_;
  std::int64_t offset_ = 0;
  std::int64_t page_size_ = 0;  // 0: VK's own
  std::optional<std::int64_t> total_;
  std::unordered_set<std::string> seen_;
  int repeated_ = 0;  // pages in a row that had items and no new one
  bool over_ = false;
};

}  // namespace vkxx::cli
