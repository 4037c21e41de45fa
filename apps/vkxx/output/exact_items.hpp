/// @file
/// Items of a list as VK wrote them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/reply.hpp>

namespace vkxx::cli {

/// The JSON text of each item of the list at `path` (as of `vkxx::paging::items`) with all digits of
/// its numbers, which parsed items may have lost. Of a list in each element (`[].users.items`) an item
/// is shown as that element, with the item in the place of the list: `{"answer_id":1,"users":5}`.
[[nodiscard]] std::vector<std::string> exact_items(const reply& answer, std::string_view path);

}  // namespace vkxx::cli
