// The list of a page in VK's answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace vkxx::detail {

struct value_and_holder {
  const boost::json::value* value = nullptr;   // null: nothing is there
  const boost::json::value* holder = nullptr;  // the object it was looked for in
};

// What stands at `path` (`a.b`; empty: the value itself).
[[nodiscard]] value_and_holder value_at(const boost::json::value& response, std::string_view path);

struct list_in_answer {
  std::vector<const boost::json::value*> items;
  std::int64_t received = 0;  // how many of the positions that were asked for
  std::optional<std::int64_t> total;
};

// The list at `path` (see `paging::items`). Nothing: the answer has none, and is not that of an
// empty list. `response` must outlive what is returned.
[[nodiscard]] std::optional<list_in_answer> find_list(const boost::json::value& response,
                                                      std::string_view path);

}  // namespace vkxx::detail
