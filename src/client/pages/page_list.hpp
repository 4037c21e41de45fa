// The list that an answer holds, wherever it stands in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace vkxx::detail {

// Where a path begins that leads into each element of the response.
constexpr std::string_view nested_list_prefix = "[].";

// The items of an answer. A list within items (`[].users.items`) has a part for each outer element;
// every other list is one part. Refers to the answer.
class page_list {
 public:
  struct item {
    const boost::json::value* value;
    std::size_t part;
    // What tells its part from the others on every page: a part may be missing on some.
    std::uint64_t group;
  };

  // `path`: as in `paging::items`. Nothing: the response has no list there, and is not that of an
  // empty one either.
  [[nodiscard]] static std::optional<page_list> read(const boost::json::value& response,
                                                     std::string_view path);

  // All items, part by part.
  [[nodiscard]] const std::vector<item>& items() const noexcept { return items_; }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  // The response says nothing of a list: VK leaves empty ones out.
  [[nodiscard]] bool left_out() const noexcept { return left_out_; }
  // The items of the part that has most.
  [[nodiscard]] std::int64_t received() const noexcept { return received_; }
  [[nodiscard]] std::size_t parts() const noexcept { return parts_; }
  // VK's `count` of each part that has one, by its group.
  [[nodiscard]] const std::map<std::uint64_t, std::int64_t>& counts() const noexcept {
    return counts_;
  }
  // The cursor of the next page; empty: there is none.
  [[nodiscard]] const std::string& next_from() const noexcept { return next_from_; }

 private:
  void add_part(const boost::json::value* list, const boost::json::value* holder,
                std::uint64_t group);

  std::vector<item> items_;
  std::size_t parts_ = 0;
  bool left_out_ = true;
  std::int64_t received_ = 0;
  std::map<std::uint64_t, std::int64_t> counts_;
  std::string next_from_;
};

}  // namespace vkxx::detail
