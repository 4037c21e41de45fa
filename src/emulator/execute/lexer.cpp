#include "emulator/execute/lexer.hpp"

#include "core/text/number.hpp"
#include "emulator/execute/script.hpp"
#include "emulator/execute/syntax.hpp"

namespace vkxx::emulation::detail::script {
namespace {

bool is_digit(char letter) noexcept {
  return letter >= '0' && letter <= '9';
}

bool is_name_letter(char letter) noexcept {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_' ||
         letter == '$' || is_digit(letter);
}

[[noreturn]] void fail(std::size_t line, std::string_view reason) {
  throw script_compile_error{std::string{reason} + " (line " + std::to_string(line) + ")"};
}

void append_utf8(std::string& out, unsigned code) {
  const auto put = [&out](unsigned unit) { out += static_cast<char>(unit); };
  if (code < 0x80U) {
    put(code);
  } else if (code < 0x800U) {
    put(0xC0U | (code >> 6U));
    put(0x80U | (code & 0x3FU));
  } else if (code < 0x10000U) {
    put(0xE0U | (code >> 12U));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  } else {
    put(0xF0U | (code >> 18U));
    put(0x80U | ((code >> 12U) & 0x3FU));
    put(0x80U | ((code >> 6U) & 0x3FU));
    put(0x80U | (code & 0x3FU));
  }
}

class lexer {
 public:
  explicit lexer(std::string_view code) : rest_{code} {}

  token next() {
    skip_blanks();
    token result{token_kind::end, {}, line_};
    if (rest_.empty()) return result;
    const char first = rest_.front();
    if (first == '"' || first == '\'') {
      result.kind = token_kind::text;
      result.text = quoted();
    } else if (is_digit(first)) {
      result.kind = token_kind::number;
      result.text = number();
    } else if (is_name_letter(first)) {
      result.kind = token_kind::name;
      result.text = taken_while(is_name_letter);
    } else {
      result.kind = token_kind::mark;
      result.text = character();
      for (const std::string_view pair : {"==", "!=", "<=", ">=", "&&", "||", "@."})
        if (result.text[0] == pair[0] && !rest_.empty() && rest_.front() == pair[1]) {
          result.text = pair;
          rest_.remove_prefix(1);
          break;
        }
    }
    return result;
  }

 private:
  void skip_blanks() {
    while (!rest_.empty()) {
      if (rest_.starts_with("//")) {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (rest_.starts_with("/*")) {
        const auto end = rest_.find("*/", 2);
        if (end == std::string_view::npos) fail(line_, "unterminated comment");
        rest_.remove_prefix(end + 2);
      } else if (rest_.front() == ' ' || (rest_.front() >= '\t' && rest_.front() <= '\r')) {
        line_ += rest_.front() == '\n';
        rest_.remove_prefix(1);
      } else {
        return;
      }
    }
  }

  // A whole character, since the text of an error may name it and has to stay UTF-8.
  std::string character() {
    std::size_t length = 1;
    while (length < rest_.size() && (static_cast<unsigned char>(rest_[length]) & 0xC0U) == 0x80U)
      ++length;
    std::string result{rest_.substr(0, length)};
    rest_.remove_prefix(length);
    return result;
  }

  template <class Test>
  std::string taken_while(Test test) {
    std::size_t length = 0;
    while (length < rest_.size() && test(rest_[length])) ++length;
    std::string result{rest_.substr(0, length)};
    rest_.remove_prefix(length);
    return result;
  }

  std::string number() {
    auto result = taken_while(is_digit);
    if (rest_.size() > 1 && rest_[0] == '.' && is_digit(rest_[1])) {
      rest_.remove_prefix(1);
      result += "." + taken_while(is_digit);
    }
    if (!rest_.empty() && (rest_[0] == 'e' || rest_[0] == 'E')) {
      auto exponent = taken_while([](char letter) {
        return is_digit(letter) || letter == 'e' || letter == 'E' || letter == '+' || letter == '-';
      });
      result += exponent;
    }
    return result;
  }

  unsigned hex_digits() {
    if (rest_.size() < 4) fail(line_, "bad \\u escape");
    const auto code = vkxx::detail::parse_number<unsigned>(rest_.substr(0, 4), 16);
    if (!code) fail(line_, "bad \\u escape");
    rest_.remove_prefix(4);
    return *code;
  }

  // A character above U+FFFF comes as a pair of surrogates.
  void unicode_escape(std::string& out) {
    auto code = hex_digits();
    if (code >= 0xD800U && code < 0xDC00U && rest_.starts_with("\\u")) {
      rest_.remove_prefix(2);
      const auto low = hex_digits();
      if (low < 0xDC00U || low > 0xDFFFU) fail(line_, "bad \\u escape");
      code = 0x10000U + ((code - 0xD800U) << 10U) + (low - 0xDC00U);
    } else if (code >= 0xD800U && code <= 0xDFFFU) {
      fail(line_, "bad \\u escape");
    }
    append_utf8(out, code);
  }

  void escape(std::string& out) {
    if (rest_.empty()) fail(line_, "unterminated string");
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    switch (letter) {
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'r':
        out += '\r';
        break;
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'u':
        unicode_escape(out);
        break;
      default:
        out += letter;
        break;
    }
  }

  std::string quoted() {
    const char quote = rest_.front();
    rest_.remove_prefix(1);
    std::string result;
    while (!rest_.empty() && rest_.front() != quote) {
      const char letter = rest_.front();
      rest_.remove_prefix(1);
      line_ += letter == '\n';
      if (letter == '\\')
        escape(result);
      else
        result += letter;
    }
    if (rest_.empty()) fail(line_, "unterminated string");
    rest_.remove_prefix(1);
    return result;
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

}  // namespace

std::vector<token> tokens_of(std::string_view code) {
  std::vector<token> result;
  lexer reader{code};
  do {
    if (result.size() == most_tokens)
      throw script_compile_error{
          "the script has more than 200,000 names, numbers, texts and marks"};
    result.push_back(reader.next());
  } while (result.back().kind != token_kind::end);
  return result;
}

}  // namespace vkxx::emulation::detail::script
