/// @file
/// Redacts secrets in texts.
#pragma once

#include <string>
#include <string_view>

namespace vkxx {

/// Whether the value of this request parameter is a secret: `access_token`, `client_secret`,
/// `password`, `code`, `captcha_key`, `success_token`, `sig` and the like.
[[nodiscard]] bool is_secret_parameter(std::string_view name) noexcept;
/// The same for a known API method: the `code` of `execute`, the `key` of `storage.get` and a few
/// others are not secrets despite their names. For an unknown method they are.
[[nodiscard]] bool is_secret_parameter(std::string_view method, std::string_view name) noexcept;

/// `value` as a log may show it: abbreviated if the parameter is secret, else passed through
/// `redacted_text`.
[[nodiscard]] std::string redacted_parameter(std::string_view name, std::string_view value);
/// The same for a known API method.
[[nodiscard]] std::string redacted_parameter(std::string_view method, std::string_view name,
                                             std::string_view value);

/// `text` with everything that looks like a secret redacted: VK tokens (`vk1.a.…`, long hexadecimal
/// ones), the values of secret names in query strings and JSON, the password in a URL. For
/// untrusted texts (a server's message, a URL) in logs and errors.
[[nodiscard]] std::string redacted_text(std::string_view text);

/// `text` with every occurrence of `hidden` replaced by `***`: as it stands, percent-encoded (once
/// or twice), escaped as in JSON, or with the entities of HTML. For known secrets, whatever they
/// look like. A secret of less than six characters is replaced only where it is a whole word.
[[nodiscard]] std::string struck_out(std::string_view text, std::string_view hidden);

}  // namespace vkxx
