/// @file
/// Suggestions for a name that does not exist.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx::cli {

/// The text in lower case (ASCII).
[[nodiscard]] std::string lower_case(std::string_view text);

/// The number of characters to insert, delete, replace, or swap with their neighbour to turn one
/// text into the other. Case (ASCII) is ignored.
[[nodiscard]] std::size_t edit_distance(std::string_view first, std::string_view second);

/// The names in `known` that `word` is most likely a misspelling of, at most three; none if none is
/// similar.
[[nodiscard]] std::vector<std::string_view> nearest(std::string_view word,
                                                    const std::vector<std::string_view>& known);

/// `did you mean a, b or c?`; empty for no names.
[[nodiscard]] std::string did_you_mean(const std::vector<std::string_view>& names);

}  // namespace vkxx::cli
