// Reads JSON without building a tree, so that an answer costs no more memory than its text.
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx::detail {

// Deeper than any answer of VK (wall posts in wall posts); bounds what a server can make us do.
inline constexpr std::size_t max_json_depth = 256;

// Whether `text` is a single JSON value in UTF-8 and not too deep. Uses memory for its depth only.
[[nodiscard]] boost::system::error_code check_json(std::string_view text);

// The response, an object or a list, of an answer that is `{"response":…}` and nothing else. Empty:
// it is another answer, or none. Looks at strings and brackets only: the response ends where it
// should, and may be broken inside.
[[nodiscard]] std::string_view lone_response(std::string_view text) noexcept;

// The functions below require text that has passed `check_json`, or a value that is part of it. Of
// other text they say something, and read nothing outside of it.

// The same without surrounding white space.
[[nodiscard]] std::string_view trimmed_json(std::string_view text) noexcept;

// The text that a JSON string stands for.
[[nodiscard]] std::string unescaped_json(std::string_view quoted);
// The tree of values. Null if the text is not JSON.
[[nodiscard]] boost::json::value parsed_json(std::string_view text);

[[nodiscard]] bool is_json_object(std::string_view text) noexcept;
// Calls `visit` with the name and the value of each member of an object, in order.
void visit_members(std::string_view object,
                   const std::function<void(std::string_view name, std::string_view value)>& visit);
// The first member of an object that has this name. Nothing also if it is no object.
[[nodiscard]] std::optional<std::string_view> member_of(std::string_view object,
                                                        std::string_view name);
// The items of a list; nothing if it is not a list, or has more than `most` items. Of a
// `lone_response`, whatever its text, each is some part of it.
[[nodiscard]] std::optional<std::vector<std::string_view>> items_of(std::string_view list,
                                                                    std::size_t most);

}  // namespace vkxx::detail
