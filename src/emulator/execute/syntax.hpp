/// @file
/// A script as a tree.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vkxx::emulation::script {

enum class expression_kind {
  literal,    ///< `value`
  array,      ///< `operands`
  object,     ///< `names` with `operands`
  variable,   ///< `name`
  arguments,  ///< `Args`
  member,     ///< `operands[0].name`
  element,    ///< `operands[0][operands[1]]`
  api_call,   ///< `API.name(operands[0])`
};

struct expression {
  expression_kind kind = expression_kind::literal;
  boost::json::value value{};
  std::string name{};
  std::vector<std::string> names{};
  std::vector<expression> operands{};
};

enum class statement_kind { declare, result };

struct statement {
  statement_kind kind = statement_kind::result;
  std::string name{};  ///< Of the variable that is declared.
  expression what{};
};

/// The statements of `code`. @throws script_compile_error
[[nodiscard]] std::vector<statement> parse(std::string_view code);

}  // namespace vkxx::emulation::script
