/// @file
/// JSON for people and for programs.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

namespace vkxx::cli {

enum class json_layout { pretty, compact };

/// The JSON in `text` in another layout, with a line break at the end. Numbers and the order and
/// number of members are as they were written; in strings UTF-8 stays as it is, half a surrogate
/// pair is U+FFFD, and control characters are escaped. `pretty`: two spaces a level. `text` has to
/// be JSON; otherwise the result is unspecified.
[[nodiscard]] std::string printed_json(std::string_view text, json_layout layout);

/// The same for a value that the program has built. Responses of VK are printed from their text: a
/// parsed value has lost what does not fit into 64 bits or a `double`.
[[nodiscard]] std::string printed_value(const boost::json::value& value, json_layout layout);

}  // namespace vkxx::cli
