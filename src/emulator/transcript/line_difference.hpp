/// @file
/// The difference of two lists of lines.
#pragma once

#include <string>
#include <vector>

namespace vkxx::emulation::detail {

/// All lines, each after `  =`, `  -` (missing) or `  +` (came instead); empty: the lists are the
/// same. Long lists are compared line by line.
[[nodiscard]] std::string line_difference(const std::vector<std::string>& expected,
                                          const std::vector<std::string>& actual);

}  // namespace vkxx::emulation::detail
