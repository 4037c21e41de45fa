/// @file
/// Escaping for scripts and addresses. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// For the inside of a string in double quotes of a script element.
[[nodiscard]] std::string in_script(std::string_view text);
/// `base?name=value&…`; `mark` separates the two, `#` for a fragment.
[[nodiscard]] std::string with_query(std::string_view base, const std::vector<name_value>& values,
                                     char mark = '?');

}  // namespace vkxx::emulation::detail
