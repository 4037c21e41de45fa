#include "manual/roff.hpp"

#include <algorithm>

namespace vkxx::cli {
namespace {

std::string_view roff_character(char character) noexcept {
  switch (character) {
    case '\\':
      return R"(\e)";
    case '-':
      return R"(\-)";
    case '\'':
      return R"(\(aq)";
    case '`':
      return R"(\(ga)";
    case '~':
      return R"(\(ti)";
    case '^':
      return R"(\(ha)";
    default:
      return {};
  }
}

bool is_option_character(char character) noexcept {
  return (character >= 'a' && character <= 'z') || character == '-';
}

std::string bold(std::string_view text) {
  return R"(\fB)" + roff_escaped(text) + R"(\fP)";
}

// Removes and returns the next line.
std::string_view take_line(std::string_view& text) {
  const auto end = std::min(text.find('\n'), text.size());
  const auto line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

// A line that begins with a control character would be a request.
std::string protected_line(std::string line) {
  return line.starts_with('.') ? R"(\&)" + line : line;
}

}  // namespace

std::string roff_escaped(std::string_view text) {
  std::string result;
  for (const char character : text) {
    const auto escape = roff_character(character);
    if (escape.empty()) {
      result += character;
    } else {
      result += escape;
    }
  }
  return result;
}

std::string roff_prose(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    if (text.front() == '`' && text.find('`', 1) != std::string_view::npos) {
      const auto end = text.find('`', 1);
      result += bold(text.substr(1, end - 1));
      text.remove_prefix(end + 1);
    } else if (text.starts_with("--") && text.size() > 2 && text[2] != '-' &&
               is_option_character(text[2])) {
      const auto end = std::ranges::find_if_not(text, is_option_character) - text.begin();
      result += bold(text.substr(0, static_cast<std::size_t>(end)));
      text.remove_prefix(static_cast<std::size_t>(end));
    } else {
      result += roff_escaped(text.substr(0, 1));
      text.remove_prefix(1);
    }
  }
  return result;
}

std::string roff_paragraphs(std::string_view text) {
  std::string result;
  std::string example;
  const auto end_example = [&] {
    if (!example.empty()) result += roff_example(example);
    example.clear();
  };
  while (!text.empty()) {
    const auto line = take_line(text);
    if (line.starts_with("  ")) {
      example += std::string{line} + '\n';
      continue;
    }
    end_example();
    result += line.empty() ? ".PP" : protected_line(roff_prose(line));
    result += '\n';
  }
  end_example();
  return result;
}

std::string roff_example(std::string_view lines) {
  std::string result = ".PP\n.EX\n";
  while (!lines.empty()) result += protected_line(roff_escaped(take_line(lines))) + '\n';
  return result + ".EE\n";
}

}  // namespace vkxx::cli
