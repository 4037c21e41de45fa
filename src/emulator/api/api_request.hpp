/// @file
/// A call of an API method, read from an HTTP request.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/secret.hpp>

#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// The parameters of a call: each name once, in the order of first occurrence.
class argument_list {
 public:
  argument_list() = default;
  explicit argument_list(std::vector<name_value> values);

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
  void set(std::string name, std::string value);
  void erase(std::string_view name);
  [[nodiscard]] const std::vector<name_value>& all() const noexcept { return values_; }

 private:
  std::vector<name_value> values_;
};

struct api_request {
  std::string method;       ///< `users.get`
  argument_list arguments;  ///< Query and body merged, without the token.
  secret token;
  bool bearer = false;  ///< The token came in the header.
  std::string cookie;   ///< The header `Cookie`.
};

/// The path of `target`, without the query.
[[nodiscard]] std::string_view path_of(std::string_view target) noexcept;
[[nodiscard]] std::string_view query_of(std::string_view target) noexcept;

/// The parameters of the query, then those of the body, which takes precedence.
///
/// Bodies are read if they are urlencoded (also under the name `x-www-form-encoded`, which VK's
/// documentation uses by mistake, and without any `Content-Type`) or multipart; others, including
/// JSON, have no parameters.
[[nodiscard]] argument_list read_arguments(const http_message& message);

/// Reads a request for `/method/NAME`; nothing if the path has another form.
[[nodiscard]] std::optional<api_request> read_api_request(const http_message& message);

}  // namespace vkxx::emulation::detail
