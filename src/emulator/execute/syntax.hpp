/// @file
/// A script as a tree.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vkxx::emulation::detail::script {

enum class expression_kind {
  literal,      ///< `value`
  array,        ///< `operands`
  object,       ///< `names` with `operands`
  variable,     ///< `name`
  arguments,    ///< `Args`
  member,       ///< `operands[0].name`
  element,      ///< `operands[0][operands[1]]`
  projection,   ///< `operands[0]@.name`
  unary,        ///< `name` is `!` or `-`
  binary,       ///< `name` is the operator
  conditional,  ///< `operands[0] ? operands[1] : operands[2]`
  assign,       ///< `operands[0] = operands[1]`
  function,     ///< `name(operands)`: `parseInt`, `parseDouble`
  method,       ///< `operands[0].name(the other operands)`
  api_call,     ///< `API.name(operands[0])`
};

struct expression {
  expression_kind kind = expression_kind::literal;
  boost::json::value value{};
  std::string name{};
  std::vector<std::string> names{};
  std::vector<expression> operands{};
  /// Of `a = a + …` whose right side does not name `a`: appended in place, because a growing list
  /// would otherwise be copied for each element.
  bool appends = false;
  int depth = 1;  ///< Of the tree, which is walked by recursion.
};

enum class statement_kind {
  declare,   ///< `var name = value`
  evaluate,  ///< `value`
  branch,    ///< `if (value) body else otherwise`
  loop,      ///< `while (value) body`
  block,     ///< `{ body }`
  erase,     ///< `delete target`
  result,    ///< `return value`
};

struct statement {
  statement_kind kind = statement_kind::result;
  std::string name{};
  expression value{};
  expression target{};
  std::vector<statement> body{};
  std::vector<statement> otherwise{};
};

/// The longest script in bytes, and the maximal number of its tokens.
inline constexpr std::size_t longest_script = std::size_t{1} << 20U;
inline constexpr std::size_t most_tokens = 200'000;

/// The statements of `code`. @throws script_compile_error
[[nodiscard]] std::vector<statement> parse(std::string_view code);

}  // namespace vkxx::emulation::detail::script
