// Addresses of pages, as browsers read them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/html/form_fields.hpp"

namespace vkxx::auth::detail {

// An absolute address of http or https, in pieces.
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
  // What may be shown: neither query nor fragment.
  [[nodiscard]] std::string shown() const { return origin() + path; }
  // As it is requested: without the fragment.
  [[nodiscard]] std::string target() const;
  [[nodiscard]] std::string text() const;
  // The first value of that name, of the query or else of the fragment; nothing also if they cannot
  // be read.
  [[nodiscard]] std::optional<std::string> field(std::string_view name) const;
};

// Nothing unless it is an absolute address of http or https without user and password.
[[nodiscard]] std::optional<web_address> read_web_address(std::string_view text);

// `reference` as it leads from the page at `base` (RFC 3986); spaces around it and characters that
// belong encoded are taken as browsers do. Nothing if it leads nowhere on the web.
[[nodiscard]] std::optional<web_address> resolve_address(std::string_view base,
                                                         std::string_view reference);

// `base` with further fields in its query.
[[nodiscard]] std::string with_more_query(std::string_view base, std::string_view fields);

}  // namespace vkxx::auth::detail
