// URLs of pages, parsed as browsers do.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/html/form_fields.hpp"

namespace vkxx::auth::detail {

// An absolute http or https URL in parts.
struct web_address {
  std::string scheme;
  std::string host;  // lower case, without brackets
  std::string port;  // as written; empty: the scheme's default
  std::string path;  // encoded; at least `/`
  std::string query;
  std::string fragment;
  bool has_fragment = false;

  [[nodiscard]] bool secure() const noexcept { return scheme == "https"; }
  [[nodiscard]] std::string origin() const;
  // For error texts: without query and fragment.
  [[nodiscard]] std::string shown() const { return origin() + path; }
  // For the request: without the fragment.
  [[nodiscard]] std::string target() const;
  [[nodiscard]] std::string text() const;
  // The first value of that name in the query, else in the fragment; nothing also if these are
  // malformed.
  [[nodiscard]] std::optional<std::string> field(std::string_view name) const;
};

// Nothing unless it is an absolute http or https URL without user and password.
[[nodiscard]] std::optional<web_address> read_web_address(std::string_view text);

// Resolves `reference` against the page at `base` (RFC 3986); treats surrounding spaces and
// unencoded characters as browsers do. Nothing if the result is not an http or https URL.
[[nodiscard]] std::optional<web_address> resolve_address(std::string_view base,
                                                         std::string_view reference);

// `base` with additional fields in its query.
[[nodiscard]] std::string with_more_query(std::string_view base, std::string_view fields);

}  // namespace vkxx::auth::detail
