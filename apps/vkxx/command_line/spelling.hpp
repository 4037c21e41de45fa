/// @file
/// What somebody may have meant by a name that is none.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx::cli {

/// The same text in small letters (ASCII).
[[nodiscard]] std::string lower_case(std::string_view text);

/// How many characters have to be put in, left out, changed, or swapped with their neighbour to
/// make the one text of the other. Upper and lower case (ASCII) are the same.
[[nodiscard]] std::size_t edit_distance(std::string_view one, std::string_view other);

/// Those of `known` that `word` is most probably a misspelling of, at most three; none if nothing
/// is near.
[[nodiscard]] std::vector<std::string_view> nearest(std::string_view word,
                                                    const std::vector<std::string_view>& known);

/// `did you mean a, b or c?`; empty for no names.
[[nodiscard]] std::string did_you_mean(const std::vector<std::string_view>& names);

}  // namespace vkxx::cli
