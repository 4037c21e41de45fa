/// @file
/// JSON for a person's eyes and for other programs.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace vkxx::cli {

enum class json_layout { pretty, compact };

/// `value` as JSON text, with a line break at the end. Integers are exact, UTF-8 stays as it is,
/// and what a terminal could take for a command is escaped. `pretty`: two spaces a level.
[[nodiscard]] std::string printed_json(const boost::json::value& value, json_layout layout);

}  // namespace vkxx::cli
