/// @file
/// The rights of a token: their names and bits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/result.hpp>

namespace vkxx::auth {

/// Whose rights: the same names and bits have different meanings.
/// https://dev.vk.com/reference/access-rights
enum class scope_kind { user, community };

/// The bit mask of `scope`, which is a list of names separated by commas or spaces, or a mask.
///
/// Error: `errc::invalid_argument` for a name without a bit, naming it (also `nohttps` and `all`,
/// which VK knows by name only).
[[nodiscard]] result<std::uint64_t> scope_mask(std::string_view scope,
                                               scope_kind kind = scope_kind::user);

/// The names of the bits in `mask`, lowest bit first; bits without a known name are left out.
[[nodiscard]] std::vector<std::string> scope_names(std::uint64_t mask,
                                                   scope_kind kind = scope_kind::user);

}  // namespace vkxx::auth
