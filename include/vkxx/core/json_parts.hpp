/// @file
/// Views of the parts of a JSON text: for details that a parsed value loses, such as the digits of
/// a number that fits neither 64 bits nor a `double`.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx {

/// @name Views into `json`
/// `json` should be a JSON text; white space and a byte order mark before it are skipped. For any
/// other text the result is unspecified, but no function throws (except `std::bad_alloc`) or reads
/// past the end. The depth of the text does not matter: no function recurses.
///
/// Lifetime: the results are views into `json`, without white space around them.
/// Thread safety: safe.
/// @{
/// The value of the last member called `name` of an object; nothing: there is none.
[[nodiscard]] std::optional<std::string_view> json_member(std::string_view json,
                                                          std::string_view name);
/// The elements of an array, in order; empty for anything else.
[[nodiscard]] std::vector<std::string_view> json_elements(std::string_view json);
/// @}

/// The size of the JSON string that `json` begins with, both quotes included; of one without an
/// end, all of it.
[[nodiscard]] std::size_t json_string_size(std::string_view json) noexcept;

/// The value of a JSON string: without quotes, with escapes resolved. Half a surrogate pair becomes
/// U+FFFD. Text that is not a JSON string is returned unchanged.
[[nodiscard]] std::string json_string_value(std::string_view json);

}  // namespace vkxx
