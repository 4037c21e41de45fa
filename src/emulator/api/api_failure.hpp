/// @file
/// An API error as an exception.
#pragma once

#include <boost/json/object.hpp>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/api_errc.hpp>

namespace vkxx::emulation::detail {

/// VK's message for a code; an invented sentence for rare codes.
[[nodiscard]] std::string standard_message(api_errc code);

/// Thrown by methods; becomes `error` of the answer.
class api_failure : public std::exception {
 public:
  explicit api_failure(api_errc number) : api_failure{number, standard_message(number)} {}
  api_failure(api_errc number, std::string words) : code{number}, message{std::move(words)} {}

  [[nodiscard]] const char* what() const noexcept override { return message.c_str(); }

  api_errc code;
  std::string message;
  std::optional<int> subcode;
  std::string text;           ///< `error_text`; empty: none.
  boost::json::object extra;  ///< Further members: `captcha_sid`, `redirect_uri` …
  std::string cookie;         ///< The answer's `Set-Cookie`; empty: none.
};

/// Error 100 with its suffix: `bad_parameter("user_id is undefined")`.
[[nodiscard]] api_failure bad_parameter(std::string_view detail);

}  // namespace vkxx::emulation::detail
