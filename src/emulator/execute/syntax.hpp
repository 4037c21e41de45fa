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
  /// Of `a = a + …`, where what follows does not name `a`: it may be done where `a` lives, since a
  /// list that grows so would be copied for each of its elements.
  bool appends = false;
  int depth = 1;  ///< Of the tree: what walks it does so by recursion.
};

enum class statement_kind {
  declare,   ///< `var name = what`
  evaluate,  ///< `what`
  branch,    ///< `if (what) body else otherwise`
  loop,      ///< `while (what) body`
  block,     ///< `{ body }`
  erase,     ///< `delete target`
  result,    ///< `return what`
};

struct statement {
  statement_kind kind = statement_kind::result;
  std::string name{};
  expression what{};
  expression target{};
  std::vector<statement> body{};
  std::vector<statement> otherwise{};
};

/// The longest script in bytes, and the most names, numbers, texts and marks it may have.
inline constexpr std::size_t longest_script = std::size_t{1} << 20U;
inline constexpr std::size_t most_tokens = 200'000;

/// The statements of `code`. @throws script_compile_error
[[nodiscard]] std::vector<statement> parse(std::string_view code);

}  // namespace vkxx::emulation::script
