/// @file
/// Scopes as VK's bit masks. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace vkxx::emulation::detail {

/// From a number, or from names separated by commas or spaces; unknown names are ignored.
[[nodiscard]] std::uint64_t scope_mask(std::string_view scope) noexcept;
/// Whether the token never expires.
[[nodiscard]] bool has_offline(std::string_view scope) noexcept;
/// Whether the answer has the user's e-mail address.
[[nodiscard]] bool has_email(std::string_view scope) noexcept;

}  // namespace vkxx::emulation::detail
