#include "output/json_printer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string_view>
#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/printable.hpp>
#include <vkxx/core/utf8.hpp>

namespace vkxx::cli {
namespace {

namespace json = boost::json;

class printer {
 public:
  explicit printer(json_layout layout) : pretty_{layout == json_layout::pretty} {}

  // Only for values that the program has built, which are never deep.
  void print(const json::value& value) {
    switch (value.kind()) {
      case json::kind::null:
        text_ += "null";
        break;
      case json::kind::bool_:
        text_ += value.get_bool() ? "true" : "false";
        break;
      case json::kind::int64:
        text_ += fmt::format("{}", value.get_int64());
        break;
      case json::kind::uint64:
        text_ += fmt::format("{}", value.get_uint64());
        break;
      case json::kind::double_:
        print(value.get_double());
        break;
      case json::kind::string:
        print(std::string_view{value.get_string()});
        break;
      case json::kind::array:
        print(value.get_array());
        break;
      case json::kind::object:
        print(value.get_object());
        break;
    }
  }

  // The same layout for a text: copies its tokens and changes only the white space between them, so
  // that numbers stay as written. Not recursive.
  void print_text(std::string_view text) {
    while (!text.empty()) text.remove_prefix(print_token(text));
  }

  [[nodiscard]] std::string take() && { return std::move(text_); }

 private:
  // The size of the token or white space at the start of `text`.
  std::size_t print_token(std::string_view text) {
    constexpr std::string_view space = " \t\r\n";
    switch (const char first = text.front()) {
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        return std::min(text.find_first_not_of(space), text.size());
      case '"': {
        const auto size = json_string_size(text);
        print(std::string_view{json_string_value(text.substr(0, size))});
        return size;
      }
      case '{':
      case '[':
        return print_opening(text);
      case '}':
      case ']':
        if (level_ > 0) --level_;
        break_line();
        text_ += first;
        return 1;
      case ',':
        text_ += ',';
        break_line();
        return 1;
      case ':':
        text_ += pretty_ ? ": " : ":";
        return 1;
      default: {
        const auto size = std::min(text.find_first_of(" \t\r\n\"{}[],:", 1), text.size());
        text_ += text.substr(0, size);
        return size;
      }
    }
  }

  std::size_t print_opening(std::string_view text) {
    const char first = text.front();
    text_ += first;
    const auto next = text.find_first_not_of(" \t\r\n", 1);
    if (next != std::string_view::npos && text[next] == (first == '{' ? '}' : ']')) {
      text_ += text[next];
      return next + 1;
    }
    ++level_;
    break_line();
    return 1;
  }

  // The shortest text that reads back as the same number with a fraction or exponent.
  void print(double number) {
    const auto digits = fmt::format("{}", number);
    text_ += digits;
    if (digits.find_first_of(".e") == std::string::npos) text_ += ".0";
  }

  void print(const json::array& list) {
    if (list.empty()) {
      text_ += "[]";
      return;
    }
    text_ += '[';
    ++level_;
    bool first = true;
    for (const auto& item : list) {
      next_line(first);
      print(item);
    }
    --level_;
    break_line();
    text_ += ']';
  }

  void print(const json::object& object) {
    if (object.empty()) {
      text_ += "{}";
      return;
    }
    text_ += '{';
    ++level_;
    bool first = true;
    for (const auto& [name, value] : object) {
      next_line(first);
      print(std::string_view{name.data(), name.size()});
      text_ += pretty_ ? ": " : ":";
      print(value);
    }
    --level_;
    break_line();
    text_ += '}';
  }

  void print(std::string_view string) {
    text_ += '"';
    while (!string.empty()) {
      const auto next = first_character(string);
      const std::size_t size = next ? next->size : 1;
      if (!next) {
        text_ += "\\ufffd";
      } else {
        print_character(next->value, string.substr(0, size));
      }
      string.remove_prefix(size);
    }
    text_ += '"';
  }

  void print_character(char32_t character, std::string_view bytes) {
    switch (character) {
      case '"':
        text_ += "\\\"";
        return;
      case '\\':
        text_ += "\\\\";
        return;
      case '\n':
        text_ += "\\n";
        return;
      case '\r':
        text_ += "\\r";
        return;
      case '\t':
        text_ += "\\t";
        return;
      default:
        break;
    }
    if (is_unprintable(character)) {
      text_ += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character));
    } else {
      text_ += bytes;
    }
  }

  void next_line(bool& first) {
    if (!first) text_ += ',';
    first = false;
    break_line();
  }

  void break_line() {
    if (!pretty_) return;
    text_ += '\n';
    text_.append(level_ * 2, ' ');
  }

  bool pretty_;
  std::size_t level_ = 0;
  std::string text_;
};

}  // namespace

std::string printed_json(std::string_view text, json_layout layout) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  printer writer{layout};
  writer.print_text(text);
  return std::move(writer).take() + "\n";
}

std::string printed_value(const json::value& value, json_layout layout) {
  printer writer{layout};
  writer.print(value);
  return std::move(writer).take() + "\n";
}

}  // namespace vkxx::cli
