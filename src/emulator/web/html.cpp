#include "emulator/web/html.hpp"

#include "core/encoding/percent.hpp"

namespace vkxx::emulation::detail {

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
    target += vkxx::detail::percent_encoded(name) + "=" + vkxx::detail::percent_encoded(value);
    mark = '&';
  }
  return target;
}

}  // namespace vkxx::emulation::detail
