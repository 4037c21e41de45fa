/// @file
/// The options of `vkxx all`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "options/call_command.hpp"

namespace vkxx::cli {

/// The values of the options of `vkxx all`; `compact` and `raw` are not used.
struct all_command : call_command {
  std::optional<std::size_t> limit;
  std::string from;                 ///< a cursor; empty: from the start
  std::string state;                ///< file for the cursor; empty: none
  std::optional<std::string> list;  ///< where the list stands in the answer
  std::optional<std::string> by;    ///< offset or start_from
  std::string identity;             ///< what identifies an item of such a list
};

}  // namespace vkxx::cli
