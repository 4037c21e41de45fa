// Finds the list in an answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx::detail {

// The prefix of a path that leads into each element of the response.
constexpr std::string_view nested_list_prefix = "[].";

// The items of an answer, as parts of its text. A list within items (`[].users.items`) has a part
// for each outer element; any other list is one part. Refers to the answer.
class page_list {
 public:
  struct item {
    std::string_view text;
    std::size_t part;
    // Identifies the part on every page: some pages may lack a part.
    std::uint64_t group;
  };

  // `response` is JSON without surrounding white space. `path`: as in `paging::items`. Returns an
  // empty optional if the response has no list there and does not stand for an empty one. Keeps at
  // most `most` items.
  [[nodiscard]] static std::optional<page_list> read(
      std::string_view response, std::string_view path,
      std::size_t most = std::numeric_limits<std::size_t>::max());

  // All items, part by part.
  [[nodiscard]] const std::vector<item>& items() const noexcept { return items_; }
  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  // Whether there are more items than were to be kept; then some or all are missing.
  [[nodiscard]] bool too_long() const noexcept { return too_long_; }
  // The outer elements, by part. Empty unless the lists are within items.
  [[nodiscard]] const std::vector<std::string_view>& elements() const noexcept { return elements_; }
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
  // Returns whether all items were kept.
  bool add_part(std::optional<std::string_view> list, std::optional<std::string_view> holder,
                std::uint64_t group);
  // Returns false if an element has something else in place of its list.
  bool add_elements(std::string_view path);

  std::size_t most_ = 0;
  bool too_long_ = false;
  std::vector<item> items_;
  std::vector<std::string_view> elements_;
  std::size_t parts_ = 0;
  bool left_out_ = true;
  std::int64_t received_ = 0;
  std::map<std::uint64_t, std::int64_t> counts_;
  std::string next_from_;
};

}  // namespace vkxx::detail
