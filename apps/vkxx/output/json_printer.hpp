/// @file
/// JSON for a person's eyes and for other programs.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>

namespace vkxx::cli {

enum class json_layout { pretty, compact };

/// The JSON in `text` laid out anew, with a line break at the end. Numbers and the order and number
/// of members are as they were written; in strings UTF-8 stays as it is, half a surrogate pair is
/// U+FFFD, and what a terminal could take for a command is escaped. `pretty`: two spaces a level.
/// `text` has to be JSON; of anything else something is printed.
[[nodiscard]] std::string printed_json(std::string_view text, json_layout layout);

/// The same for a value of the program's own. An answer of VK's is printed from its text: a parsed
/// value has lost what does not fit 64 bits or a `double`.
[[nodiscard]] std::string printed_value(const boost::json::value& value, json_layout layout);

}  // namespace vkxx::cli
