/// @file
/// What may be shown of texts that can hold secrets.
#pragma once

#include <string>
#include <string_view>

namespace vkxx {

/// Whether the value of this request parameter is a secret: `access_token`, `client_secret`,
/// `password`, `code`, `captcha_key`, `success_token`, `sig` and the like.
[[nodiscard]] bool is_secret_parameter(std::string_view name) noexcept;
/// The same where the API method is known: the `code` of `execute`, the `key` of `storage.get` and
/// a few others are no secrets, although their names alone say so. Of an unknown method they are.
[[nodiscard]] bool is_secret_parameter(std::string_view method, std::string_view name) noexcept;

/// `value`, or what a log may show of it if the parameter is secret. In what is shown,
/// `redacted_text` has looked for secrets.
[[nodiscard]] std::string redacted_parameter(std::string_view name, std::string_view value);
/// The same where the API method is known.
[[nodiscard]] std::string redacted_parameter(std::string_view method, std::string_view name,
                                             std::string_view value);

/// `text` with everything in it that looks like a secret made unreadable: VK tokens (`vk1.a.…`,
/// long hexadecimal ones), the values of secret names in query strings and JSON, the password in a
/// URL. For texts of other people (a server's message, a URL) that go to a log or an error.
[[nodiscard]] std::string redacted_text(std::string_view text);

/// `text` with every occurrence of `hidden` replaced by `***`: as it stands, percent-encoded (once
/// or twice), escaped as in JSON, or with the entities of HTML. For secrets that are known,
/// whatever they look like. One of less than six characters is taken out only where it stands as a
/// word of its own.
[[nodiscard]] std::string struck_out(std::string_view text, std::string_view hidden);

}  // namespace vkxx
