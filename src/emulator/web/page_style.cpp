#include "emulator/web/page_style.hpp"

#include <algorithm>
#include <array>

#include "core/text/html.hpp"
#include "emulator/web/html.hpp"

namespace vkxx::emulation::detail {
namespace {

bool fits_without_quotes(std::string_view value) {
  return !value.empty() && value.find_first_of(" \t\r\n\"'`=<>&/") == std::string_view::npos;
}

bool is_address(std::string_view name) {
  return name == "action" || name == "src" || name == "href";
}

}  // namespace

std::string page_style::letters(std::string_view name) {
  std::string text{name};
  if (toss()) {
    std::ranges::transform(text, text.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
  }
  return text;
}

std::string page_style::with_entities(std::string_view value, char quote) {
  constexpr std::array ampersands{std::string_view{"&amp;"}, std::string_view{"&#38;"},
                                  std::string_view{"&#x26;"}};
  std::string text;
  for (const char c : value) {
    if (c == '&') {
      text += ampersands[pick(ampersands.size())];
    } else if (c == quote) {
      text += quote == '"' ? "&quot;" : "&#39;";
    } else if (c == '<') {
      text += "&lt;";
    } else if (c == '=' && toss() && toss()) {
      text += "&#61;";
    } else {
      text += c;
    }
  }
  return text;
}

std::string page_style::attribute(const name_value& field) {
  const auto& [name, value] = field;
  // Real pages sometimes have an unescaped `&` in addresses; a plain page has it too.
  if (plain_) {
    return " " + name + "=\"" + (is_address(name) ? value : vkxx::detail::html_escaped(value)) +
           "\"";
  }
  const auto spaces = std::array{" ", "  ", "\n    ", "\t"}[pick(4)];
  const auto equals = toss() && toss() ? " = " : "=";
  auto text = spaces + letters(name) + equals;
  if (fits_without_quotes(value) && toss()) return text + value;
  const char quote = toss() ? '\'' : '"';
  return text + quote + with_entities(value, quote) + quote;
}

std::string page_style::tag(std::string_view name, std::vector<name_value> attributes) {
  if (!plain_) {
    for (std::size_t left = attributes.size(); left > 1; --left) {
      std::swap(attributes[left - 1], attributes[random_.below(left)]);
    }
  }
  auto text = "<" + letters(name);
  for (const auto& field : attributes) text += attribute(field);
  return text + (toss() ? " >" : ">");
}

std::string page_style::hidden(std::vector<name_value> fields) {
  std::string text;
  for (auto& [name, value] : fields) {
    text += tag("input", {{"type", "hidden"}, {"name", name}, {"value", value}}) + "\n";
  }
  return text;
}

std::string page_style::form(std::string_view action, std::string_view inside) {
  return tag("form", {{"method", "post"}, {"action", address(action)}}) + "\n" +
         std::string{inside} + "</form>\n";
}

std::string page_style::address(std::string_view absolute) {
  const auto scheme_end = absolute.find("://");
  if (plain_ || scheme_end == std::string_view::npos) return std::string{absolute};
  switch (pick(3)) {
    case 0:
      return std::string{absolute};
    case 1:
      return std::string{absolute.substr(scheme_end + 1)};
    default:
      return std::string{
          absolute.substr(std::min(absolute.find('/', scheme_end + 3), absolute.size()))};
  }
}

std::string page_style::decoys() {
  if (plain_) return {};
  std::string text;
  if (toss()) text += "<!-- <form method=\"post\" action=\"/decoy?comment\"> -->\n";
  if (toss())
    text += "<script>var old = '<form action=\"/decoy?script\" method=\"post\">';</script>\n";
  if (toss()) {
    text += tag("form", {{"method", "get"}, {"action", "/search"}, {"class", "search"}}) +
            "<input type=\"search\" name=\"q\"></form>\n";
  }
  if (toss())
    text += "<form class='language'><select name=lang><option value=3>English</select></form>\n";
  return text;
}

std::size_t page_style::pick(std::size_t count) {
  return plain_ ? 0 : static_cast<std::size_t>(random_.below(count));
}

}  // namespace vkxx::emulation::detail
