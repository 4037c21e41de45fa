// Several members of a JSON object in one pass.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace vkxx::detail {

// `json_member` for several names: a value for each, in their order.
[[nodiscard]] std::vector<std::optional<std::string_view>> json_members(
    std::string_view json, std::span<const std::string_view> names);

}  // namespace vkxx::detail
