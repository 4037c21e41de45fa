#include "auth/html/html_page.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "auth/html/html_tree.hpp"
#include "auth/web_login/web_address.hpp"
#include "core/text/ascii.hpp"
#include "core/text/number.hpp"

namespace vkxx::auth::detail {
namespace {

// No page of VK has more of them.
constexpr std::size_t most_of_each = 200;
constexpr std::size_t longest_value = 65'536;

// The unescaped text of a script's string literal that begins after `quote`.
std::string script_text(std::string_view rest, char quote) {
  std::string text;
  for (std::size_t i = 0; i < rest.size() && rest[i] != quote && text.size() < longest_value; ++i) {
    if (rest[i] != '\\' || i + 1 >= rest.size()) {
      text += rest[i];
      continue;
    }
    ++i;
    const std::size_t digits = rest[i] == 'u' ? 4 : rest[i] == 'x' ? 2 : 0;
    const auto code = digits > 0 && i + digits < rest.size()
                          ? vkxx::detail::parse_number<unsigned>(rest.substr(i + 1, digits), 16)
                          : std::nullopt;
    // A URL contains ASCII characters only.
    if (code && *code < 0x80) {
      text += static_cast<char>(*code);
      i += digits;
    } else {
      text += rest[i];
    }
  }
  return text;
}

// Collects the contents of the page, element by element.
class page_reader {
 public:
  explicit page_reader(std::string_view url) : base_{url} {}

  void enter(const GumboElement& element) {
    switch (element.tag) {
      case GUMBO_TAG_BASE:
        set_base(element);
        break;
      case GUMBO_TAG_FORM:
        open_form(element);
        break;
      case GUMBO_TAG_INPUT:
        add_input(element);
        break;
      case GUMBO_TAG_IMG:
        look_at_picture(element);
        break;
      case GUMBO_TAG_A:
        add_link(element);
        break;
      case GUMBO_TAG_SCRIPT:
        read_script(html_tree::script_of(element));
        break;
      default:
        break;
    }
    if (is_named(element, "activation_wrap")) ++inside_activation_;
    look_at_texts(element);
  }

  void leave(const GumboElement& element) {
    // The parser leaves a form that begins inside of a table empty: the rest of the table is read
    // as its contents.
    if (element.tag == GUMBO_TAG_FORM && element.children.length != 0) inside_form_ = false;
    if (is_named(element, "activation_wrap")) --inside_activation_;
  }

  html_page page;

 private:
  [[nodiscard]] static bool is_named(const GumboElement& element, std::string_view id) noexcept {
    return html_tree::attribute(element, "id") == id;
  }

  [[nodiscard]] std::string absolute(std::optional<std::string_view> reference) const {
    if (!reference || reference->empty()) return {};
    const auto found = resolve_address(base_, *reference);
    return found ? found->text() : std::string{};
  }

  void set_base(const GumboElement& element) {
    if (std::exchange(has_base_, true)) return;
    if (auto other = absolute(html_tree::attribute(element, "href")); !other.empty()) base_ = other;
  }

  void open_form(const GumboElement& element) {
    if (page.forms.size() == most_of_each) return;
    html_form form;
    form.action = absolute(html_tree::attribute(element, "action"));
    page.forms.push_back(std::move(form));
    inside_form_ = true;
  }

  void add_input(const GumboElement& element) {
    const auto name = html_tree::attribute(element, "name").value_or("");
    const auto type = html_tree::attribute(element, "type").value_or("text");
    const auto value = html_tree::attribute(element, "value");
    if (!inside_form_ || name.empty()) return;
    if (html_tree::attribute(element, "disabled")) return;
    for (const auto* button : {"submit", "button", "image", "reset", "file"}) {
      if (vkxx::detail::same_ignoring_case(type, button)) return;
    }
    const bool box = vkxx::detail::same_ignoring_case(type, "checkbox") ||
                     vkxx::detail::same_ignoring_case(type, "radio");
    if (box && !html_tree::attribute(element, "checked")) return;
    auto& fields = page.forms.back().fields;
    if (fields.size() == most_of_each) return;
    fields.emplace_back(name, value.value_or(box ? "on" : "").substr(0, longest_value));
  }

  void look_at_picture(const GumboElement& element) {
    auto address = absolute(html_tree::attribute(element, "src"));
    if (address.empty() || !page.captcha_img.empty()) return;
    const auto path = address.substr(0, address.find_first_of("?#"));
    const bool captcha =
        path.ends_with("/captcha.php") || html_tree::has_class(element, "captcha_img") ||
        html_tree::has_class(element, "oauth_captcha") || is_named(element, "captcha");
    if (captcha) page.captcha_img = std::move(address);
  }

  void add_link(const GumboElement& element) {
    auto address = absolute(html_tree::attribute(element, "href"));
    if (address.empty()) return;
    if (inside_activation_ > 0 && page.activation_link.empty()) page.activation_link = address;
    if (page.links.size() < most_of_each) page.links.push_back(std::move(address));
  }

  // `location.href = "…"`.
  void read_script(std::string_view script) {
    constexpr std::string_view wanted = "location.href";
    while (page.script_locations.size() < most_of_each) {
      const auto begin = script.find(wanted);
      if (begin == std::string_view::npos) return;
      script.remove_prefix(begin + wanted.size());
      const auto equals = script.find_first_not_of(" \t\r\n");
      if (equals == std::string_view::npos || script[equals] != '=') continue;
      const auto quote = script.find_first_not_of(" \t\r\n", equals + 1);
      if (quote == std::string_view::npos || (script[quote] != '"' && script[quote] != '\'')) {
        continue;
      }
      auto address = absolute(script_text(script.substr(quote + 1), script[quote]));
      if (!address.empty()) page.script_locations.push_back(std::move(address));
    }
  }

  void look_at_texts(const GumboElement& element) {
    if (html_tree::has_class(element, "field_prefix")) {
      if (page.field_prefixes.size() < most_of_each) {
        page.field_prefixes.push_back(html_tree::text_of(element));
      }
    }
    if (page.error_text.empty() && (html_tree::has_class(element, "box_error") ||
                                    html_tree::has_class(element, "service_msg_warning"))) {
      page.error_text = html_tree::text_of(element);
    }
  }

  std::string base_;
  bool has_base_ = false;
  bool inside_form_ = false;
  int inside_activation_ = 0;
};

error refusal(errc code, std::string_view url, const char* why) {
  const auto address = read_web_address(url);
  return error{code, request_effect::unknown,
               "the page " + (address ? address->shown() : std::string{}) + " " + why};
}

}  // namespace

const html_form* html_page::form_with(std::string_view field) const noexcept {
  const auto found = std::find_if(forms.begin(), forms.end(),
                                  [&](const html_form& form) { return form.has(field); });
  return found == forms.end() ? nullptr : &*found;
}

result<html_page> read_html_page(std::string_view html, std::string_view url) {
  if (html.size() > largest_page) {
    return refusal(errc::answer_too_large, url, "is larger than 1 MiB: it is none of VK's logins");
  }
  html_tree tree;
  if (!tree.parse(html)) {
    return refusal(errc::malformed_answer, url, "has more in it than a page of VK's logins");
  }
  page_reader reader{url};
  tree.walk([&](const GumboElement& element) { reader.enter(element); },
            [&](const GumboElement& element) { reader.leave(element); });
  return std::move(reader.page);
}

}  // namespace vkxx::auth::detail
