/// @file
/// Reads forms, urlencoded and multipart, as leniently as VK: nothing is refused, and unreadable
/// parts are left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// The most fields of a form; the rest is ignored.
inline constexpr std::size_t form_field_limit = 4000;

/// Decodes percent escapes and `+`; a malformed escape is left unchanged.
[[nodiscard]] std::string form_decoded(std::string_view text);
/// The fields of `a=1&b=2`, in their order.
[[nodiscard]] std::vector<name_value> read_urlencoded(std::string_view text);
/// The fields of a `multipart/form-data` body (RFC 7578); files are fields with their bytes as
/// value.
[[nodiscard]] std::vector<name_value> read_multipart(std::string_view body,
                                                     std::string_view boundary);
/// A parameter of a header value, `boundary` of `multipart/form-data; boundary="x"`; else empty.
[[nodiscard]] std::string header_parameter(std::string_view value, std::string_view name);

}  // namespace vkxx::emulation::detail
