// JSON looked at without a tree of it, so that an answer costs no more memory than its text.
#pragma once

#include <boost/system/error_code.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx::detail {

// Deeper than any answer of VK's (wall posts in wall posts); a limit to what a server can make us
// do.
inline constexpr std::size_t max_json_depth = 256;

// Whether `text` is one JSON value, in UTF-8 and not too deep. Needs memory for its depth only.
[[nodiscard]] boost::system::error_code check_json(std::string_view text);

// What follows asks for text that has passed `check_json`, or a part of it that is a value.

// The same without the blanks around it.
[[nodiscard]] std::string_view trimmed_json(std::string_view text) noexcept;

[[nodiscard]] bool is_json_object(std::string_view text) noexcept;
// Calls `visit` with the name and the value of each member of an object, in order.
void visit_members(std::string_view object,
                   const std::function<void(std::string_view name, std::string_view value)>& visit);
// The items of a list, at most `most` of them; nothing if it is none, or longer.
[[nodiscard]] std::optional<std::vector<std::string_view>> items_of(std::string_view list,
                                                                    std::size_t most);

}  // namespace vkxx::detail
