/// @file
/// The rights that an app asks for, as VK's bits. Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace vkxx::emulation {

/// Of a number, or of names with commas or spaces between them; unknown names are left out.
[[nodiscard]] std::uint64_t scope_mask(std::string_view scope) noexcept;
/// Whether the token shall never expire.
[[nodiscard]] bool has_offline(std::string_view scope) noexcept;
/// Whether the answer tells the user's e-mail address.
[[nodiscard]] bool has_email(std::string_view scope) noexcept;

}  // namespace vkxx::emulation
