// Finds the list in an answer.
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

// The prefix of a path that leads into each element of the response.
constexpr std::string_view nested_list_prefix = "[].";

// The items of an answer. A list within items (`[].users.items`) has a part for each outer element;
// any other list is one part. Refers to the answer.
class page_list {
 public:
  struct item {
    const boost::json::value* value;
    std::size_t part;
    // Identifies the part on every page: some pages may lack a part.
    std::uint64_t group;
  };

  // `path`: as in `paging::items`. Returns an empty optional if the response has no list there and
  // does not stand for an empty one.
  [[nodiscard]] static std::optional<page_list> read(const boost::json::value& response,
                                                     std::string_view path);

  // All items, part by part.
  [[nodiscard]] const std::vector<item>& items() const noexcept { return items_; }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  // Whether the response does not mention the list: VK omits empty lists.
  [[nodiscard]] bool left_out() const noexcept { return left_out_; }
  // The number of items in the largest part.
  [[nodiscard]] std::int64_t received() const noexcept { return received_; }
  [[nodiscard]] std::size_t parts() const noexcept { return parts_; }
  // VK's `count` of each part that has one, by group.
  [[nodiscard]] const std::map<std::uint64_t, std::int64_t>& counts() const noexcept {
    return counts_;
  }
  // The cursor of the next page; empty on the last page.
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
