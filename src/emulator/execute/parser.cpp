#include <algorithm>
#include <array>
#include <boost/json/string.hpp>
#include <charconv>

#include "emulator/execute/lexer.hpp"
#include "emulator/execute/script.hpp"
#include "emulator/execute/syntax.hpp"

namespace vkxx::emulation::script {
namespace {

constexpr int deepest = 100;
constexpr int longest_chain = 100;

class parser {
 public:
  explicit parser(std::string_view code) : tokens_{tokens_of(code)} {}

  std::vector<statement> script() {
    std::vector<statement> result;
    while (current().kind != token_kind::end) {
      if (accept(";")) continue;
      result.push_back(next_statement());
    }
    return result;
  }

 private:
  statement next_statement() {
    statement result;
    if (accept_name("var")) {
      result.kind = statement_kind::declare;
      result.name = name("the name of a variable");
      expect("=");
      result.what = next_expression();
    } else if (accept_name("return")) {
      if (!is(";")) result.what = next_expression();
    } else {
      fail("expected var or return");
    }
    // VK wants the semicolon; only the last one may be missing, as at the end of a line of code.
    if (current().kind != token_kind::end) expect(";");
    return result;
  }

  expression next_expression() {
    if (++depth_ > deepest) fail("nested too deeply");
    auto result = primary();
    for (int links = 0;; ++links) {
      if (links > longest_chain) fail("too long a chain of members");
      if (accept(".")) {
        expression member{expression_kind::member};
        member.name = name("the name of a member");
        member.operands.push_back(std::move(result));
        result = std::move(member);
      } else if (accept("[")) {
        expression element{expression_kind::element};
        element.operands.push_back(std::move(result));
        element.operands.push_back(next_expression());
        expect("]");
        result = std::move(element);
      } else {
        break;
      }
    }
    --depth_;
    return result;
  }

  expression primary() {
    if (accept("(")) {
      auto result = next_expression();
      expect(")");
      return result;
    }
    if (accept("[")) return array();
    if (accept("{")) return object();
    if (accept("-")) return number("-");
    if (current().kind == token_kind::number) return number("");
    if (current().kind == token_kind::text) return literal(boost::json::string{take().text});
    const auto word = name("a value");
    if (word == "true") return literal(true);
    if (word == "false") return literal(false);
    if (word == "null") return literal(nullptr);
    if (word == "API") return api_call();
    expression result{word == "Args" ? expression_kind::arguments : expression_kind::variable};
    result.name = word;
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
    const auto end = digits.data() + digits.size();
    std::int64_t whole = 0;
    const auto as_whole = std::from_chars(digits.data(), end, whole);
    if (as_whole.ec == std::errc{} && as_whole.ptr == end) return literal(whole);
    double real = 0;
    const auto as_real = std::from_chars(digits.data(), end, real);
    if (as_real.ec != std::errc{} || as_real.ptr != end) fail("bad number " + digits);
    return literal(real);
  }

  expression array() {
    expression result{expression_kind::array};
    while (!accept("]")) {
      result.operands.push_back(next_expression());
      if (!is("]")) expect(",");
    }
    return result;
  }

  expression object() {
    expression result{expression_kind::object};
    while (!accept("}")) {
      if (current().kind == token_kind::mark || current().kind == token_kind::end)
        fail("expected the name of a member");
      result.names.push_back(take().text);
      expect(":");
      result.operands.push_back(next_expression());
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
      result.operands.push_back(next_expression());
      expect(")");
    }
    return result;
  }

  const token& current() const { return tokens_[at_]; }
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
  std::string name(const std::string& what) {
    if (current().kind != token_kind::name) fail("expected " + what);
    return take().text;
  }
  [[noreturn]] void fail(const std::string& what) const {
    const auto seen = current().kind == token_kind::end ? "the end" : "'" + current().text + "'";
    throw script_compile_error{what + " before " + seen + " (line " +
                               std::to_string(current().line) + ")"};
  }

  std::vector<token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

std::vector<statement> parse(std::string_view code) {
  auto result = parser{code}.script();
  const auto returns = [](const statement& one) { return one.kind == statement_kind::result; };
  if (std::ranges::none_of(result, returns)) throw script_compile_error{"missing return"};
  return result;
}

}  // namespace vkxx::emulation::script
