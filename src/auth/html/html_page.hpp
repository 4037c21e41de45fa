// The parts of an HTML page that a login needs. Pure: bytes in, a value out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/result.hpp>
#include "auth/html/form_fields.hpp"

namespace vkxx::auth::detail {

inline constexpr std::size_t largest_page = std::size_t{1} << 20U;

struct html_form {
  // Absolute; empty if the form has no http or https address.
  std::string action;
  // The names and values that a browser sends if the form is not filled in.
  std::vector<form_field> fields;

  [[nodiscard]] bool has(std::string_view name) const noexcept {
    return find_field(fields, name).has_value();
  }
};

struct html_page {
  std::vector<html_form> forms;
  // Absolute addresses of the links, in their order.
  std::vector<std::string> links;
  // Address of the captcha's picture, absolute.
  std::string captcha_img;
  // The text of the page's error box.
  std::string error_text;
  // The known parts of a phone number, in their order.
  std::vector<std::string> field_prefixes;
  // The link of a page that only says "continue".
  std::string activation_link;
  // The absolute addresses to which scripts would send the browser.
  std::vector<std::string> script_locations;

  // The first form that has a field of that name.
  [[nodiscard]] const html_form* form_with(std::string_view field) const noexcept;
};

// Reads the page at `url`. Errors: `answer_too_large`; `malformed_answer` for a page that is costly
// to parse.
[[nodiscard]] result<html_page> read_html_page(std::string_view html, std::string_view url);

}  // namespace vkxx::auth::detail
