#include <algorithm>
#include <array>
#include <boost/json/string.hpp>

#include "core/text/number.hpp"
#include "emulator/execute/lexer.hpp"
#include "emulator/execute/script.hpp"
#include "emulator/execute/syntax.hpp"

namespace vkxx::emulation::detail::script {
namespace {

constexpr int deepest = 100;
constexpr int deepest_tree = 1000;

// By precedence, lowest first.
constexpr std::array<std::array<std::string_view, 4>, 6> operators{
    {{"||"}, {"&&"}, {"==", "!="}, {"<", ">", "<=", ">="}, {"+", "-"}, {"*", "/", "%"}}};

constexpr std::array<std::string_view, 8> array_and_text_methods{
    "slice", "push", "pop", "shift", "unshift", "splice", "indexOf", "substr"};

bool is_method(std::string_view name) noexcept {
  return name == "split" ||
         std::ranges::find(array_and_text_methods, name) != array_and_text_methods.end();
}

bool is_place(const expression& node) noexcept {
  if (node.kind == expression_kind::variable) return true;
  const bool inner = node.kind == expression_kind::member || node.kind == expression_kind::element;
  return inner && is_place(node.operands[0]);
}

bool mentions(const expression& node, const std::string& variable) {
  if (node.kind == expression_kind::variable && node.name == variable) return true;
  return std::ranges::any_of(node.operands, [&variable](const expression& operand) {
    return mentions(operand, variable);
  });
}

bool is_appending(const expression& place, const expression& value) {
  return place.kind == expression_kind::variable && value.kind == expression_kind::binary &&
         value.name == "+" && value.operands[0].kind == expression_kind::variable &&
         value.operands[0].name == place.name && !mentions(value.operands[1], place.name);
}

class parser {
 public:
  explicit parser(std::string_view code) : tokens_{tokens_of(code)} {}

  std::vector<statement> script() {
    std::vector<statement> result;
    while (current().kind != token_kind::end) append_statement(result);
    return result;
  }

 private:
  // Counts the recursion depth of the parser.
  class level {
   public:
    explicit level(parser& of) : of_{of} {
      if (++of_.depth_ > deepest) of_.fail("nested too deeply");
    }
    level(const level&) = delete;
    level& operator=(const level&) = delete;
    ~level() { --of_.depth_; }

   private:
    parser& of_;
  };

  void append_statement(std::vector<statement>& to) {
    const level inside{*this};
    if (accept(";")) return;
    if (accept("{")) {
      statement block{statement_kind::block};
      while (!accept("}")) append_statement(block.body);
      to.push_back(std::move(block));
    } else if (accept_name("if")) {
      to.push_back(branch());
    } else if (accept_name("while")) {
      statement loop{statement_kind::loop};
      loop.value = in_brackets();
      append_statement(loop.body);
      to.push_back(std::move(loop));
    } else {
      simple_statement(to);
      // VK requires the semicolon; only the last one may be missing, as at the end of a line of
      // code.
      if (current().kind != token_kind::end && !is("}")) expect(";");
    }
  }

  statement branch() {
    statement result{statement_kind::branch};
    result.value = in_brackets();
    append_statement(result.body);
    if (accept_name("else")) append_statement(result.otherwise);
    return result;
  }

  expression in_brackets() {
    expect("(");
    auto result = next_expression();
    expect(")");
    return result;
  }

  void simple_statement(std::vector<statement>& to) {
    if (accept_name("var")) {
      do to.push_back(declaration());
      while (accept(","));
      return;
    }
    statement result;
    if (accept_name("return")) {
      if (!is(";") && !is("}") && current().kind != token_kind::end)
        result.value = next_expression();
    } else if (accept_name("delete")) {
      result.kind = statement_kind::erase;
      result.target = place();
      if (result.target.kind == expression_kind::variable) fail("only members can be deleted");
    } else {
      result.kind = statement_kind::evaluate;
      result.value = next_expression();
    }
    to.push_back(std::move(result));
  }

  statement declaration() {
    statement result{statement_kind::declare};
    result.name = name("the name of a variable");
    if (accept("=")) result.value = next_expression();
    return result;
  }

  expression place() {
    auto result = next_expression();
    if (!is_place(result)) fail("expected a member");
    return result;
  }

  expression next_expression() {
    const level inside{*this};
    auto first = binary(0);
    if (accept("?")) return choice(std::move(first));
    if (!accept("=")) return first;
    if (!is_place(first)) fail("cannot assign to this");
    auto result = around(expression_kind::assign, std::move(first), {});
    adopt(result, next_expression());
    result.appends = is_appending(result.operands[0], result.operands[1]);
    return result;
  }

  expression choice(expression&& condition) {
    auto result = around(expression_kind::conditional, std::move(condition), {});
    adopt(result, next_expression());
    expect(":");
    adopt(result, next_expression());
    return result;
  }

  expression binary(std::size_t looseness) {
    if (looseness == operators.size()) return unary();
    auto left = binary(looseness + 1);
    for (;;) {
      const auto& choices = operators[looseness];
      const auto found = std::ranges::find_if(
          choices, [this](std::string_view mark) { return !mark.empty() && is(mark); });
      if (found == choices.end()) return left;
      take();
      expression result{expression_kind::binary};
      result.name = *found;
      adopt(result, std::move(left));
      adopt(result, binary(looseness + 1));
      left = std::move(result);
    }
  }

  expression unary() {
    if (accept("!")) return signed_by("!");
    if (is("-") && following().kind != token_kind::number) {
      take();
      return signed_by("-");
    }
    accept("+");
    return postfix();
  }

  expression signed_by(std::string mark) {
    const level inside{*this};
    expression result{expression_kind::unary};
    result.name = std::move(mark);
    adopt(result, unary());
    return result;
  }

  expression postfix() {
    auto result = primary();
    for (;;) {
      if (accept(".")) {
        auto word = name("the name of a member");
        result = is("(") ? method_call(std::move(result), std::move(word))
                         : around(expression_kind::member, std::move(result), std::move(word));
      } else if (accept("@.")) {
        result =
            around(expression_kind::projection, std::move(result), name("the name of a member"));
      } else if (accept("[")) {
        result = around(expression_kind::element, std::move(result), {});
        adopt(result, next_expression());
        expect("]");
      } else {
        return result;
      }
    }
  }

  expression around(expression_kind kind, expression&& inner, std::string word) {
    expression result{kind};
    result.name = std::move(word);
    adopt(result, std::move(inner));
    return result;
  }

  expression method_call(expression&& of, std::string word) {
    if (!is_method(word)) fail("there is no method " + word);
    auto result = around(expression_kind::method, std::move(of), std::move(word));
    expect("(");
    operands_until(")", result);
    return result;
  }

  void operands_until(std::string_view end, expression& of) {
    while (!accept(end)) {
      adopt(of, next_expression());
      if (!is(end)) expect(",");
    }
  }

  void adopt(expression& parent, expression&& child) {
    parent.depth = std::max(parent.depth, child.depth + 1);
    if (parent.depth > deepest_tree) fail("too long an expression");
    parent.operands.push_back(std::move(child));
  }

  expression primary() {
    if (accept("(")) {
      auto result = next_expression();
      expect(")");
      return result;
    }
    if (accept("[")) {
      expression result{expression_kind::array};
      operands_until("]", result);
      return result;
    }
    if (accept("{")) return object();
    if (accept("-")) return number("-");
    if (current().kind == token_kind::number) return number("");
    if (current().kind == token_kind::text) return literal(boost::json::string{take().text});
    const auto word = name("a value");
    if (word == "true") return literal(true);
    if (word == "false") return literal(false);
    if (word == "null") return literal(nullptr);
    if (word == "API") return api_call();
    if (is("(")) return function(word);
    expression result{word == "Args" ? expression_kind::arguments : expression_kind::variable};
    result.name = word;
    return result;
  }

  expression function(const std::string& word) {
    if (word != "parseInt" && word != "parseDouble") fail("there is no function " + word);
    expression result{expression_kind::function};
    result.name = word;
    adopt(result, in_brackets());
    return result;
  }

  static expression literal(boost::json::value value) {
    expression result;
    result.value = std::move(value);
    return result;
  }

  expression number(const std::string& sign) {
    if (current().kind != token_kind::number) fail("expected a number");
    const auto digits = sign + take().text;
    if (const auto whole = vkxx::detail::parse_number<std::int64_t>(digits)) return literal(*whole);
    const auto real = vkxx::detail::parse_number<double>(digits);
    if (!real) fail("bad number " + digits);
    return literal(*real);
  }

  expression object() {
    expression result{expression_kind::object};
    while (!accept("}")) {
      if (current().kind == token_kind::mark || current().kind == token_kind::end)
        fail("expected the name of a member");
      result.names.push_back(take().text);
      expect(":");
      adopt(result, next_expression());
      if (!is("}")) expect(",");
    }
    return result;
  }

  // `API.users.get({…})`, `API.getServerTime()`.
  expression api_call() {
    expression result{expression_kind::api_call};
    while (accept(".")) result.name += (result.name.empty() ? "" : ".") + name("a method");
    if (result.name.empty()) fail("expected a method after API");
    expect("(");
    if (!accept(")")) {
      adopt(result, next_expression());
      expect(")");
    }
    return result;
  }

  const token& current() const { return tokens_[at_]; }
  const token& following() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }
  token take() { return tokens_[at_ + 1 < tokens_.size() ? at_++ : at_]; }
  bool is(std::string_view mark) const {
    return current().kind == token_kind::mark && current().text == mark;
  }
  bool accept(std::string_view mark) {
    if (!is(mark)) return false;
    take();
    return true;
  }
  bool accept_name(std::string_view word) {
    if (current().kind != token_kind::name || current().text != word) return false;
    take();
    return true;
  }
  void expect(std::string_view mark) {
    if (!accept(mark)) fail("expected " + std::string{mark});
  }
  std::string name(const std::string& subject) {
    if (current().kind != token_kind::name) fail("expected " + subject);
    return take().text;
  }
  [[noreturn]] void fail(const std::string& reason) const {
    const auto seen = current().kind == token_kind::end ? "the end" : "'" + current().text + "'";
    throw script_compile_error{reason + " before " + seen + " (line " +
                               std::to_string(current().line) + ")"};
  }

  std::vector<token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

bool returns(const statement& current) {
  return current.kind == statement_kind::result || std::ranges::any_of(current.body, returns) ||
         std::ranges::any_of(current.otherwise, returns);
}

}  // namespace

std::vector<statement> parse(std::string_view code) {
  if (code.size() > longest_script) throw script_compile_error{"the script is longer than 1 MiB"};
  auto result = parser{code}.script();
  if (std::ranges::none_of(result, returns)) throw script_compile_error{"missing return"};
  return result;
}

}  // namespace vkxx::emulation::detail::script
