#include "emulator/web/html.hpp"

namespace vkxx::emulation::detail {

std::string in_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string in_url(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    if (plain) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += digits[static_cast<unsigned char>(c) >> 4U];
      encoded += digits[static_cast<unsigned char>(c) & 15U];
    }
  }
  return encoded;
}

std::string in_script(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        escaped += std::string{"\\"} + c;
        break;
      // `</script>` in a text would end the script.
      case '<':
        escaped += "\\u003c";
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string with_query(std::string_view base, const std::vector<name_value>& values, char mark) {
  std::string target{base};
  for (const auto& [name, value] : values) {
    target += mark;
    target += in_url(name) + "=" + in_url(value);
    mark = '&';
  }
  return target;
}

}  // namespace vkxx::emulation::detail
