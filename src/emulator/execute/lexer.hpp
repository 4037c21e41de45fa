/// @file
/// The tokens of a script.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace vkxx::emulation::detail::script {

enum class token_kind { end, name, number, text, mark };

struct token {
  token_kind kind = token_kind::end;
  std::string text;      ///< The name, the digits, the text without quotes, or the mark.
  std::size_t line = 1;  ///< For messages.
};

/// The tokens with one `end` at the end. @throws script_compile_error
[[nodiscard]] std::vector<token> tokens_of(std::string_view code);

}  // namespace vkxx::emulation::detail::script
