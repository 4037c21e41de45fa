/// @file
/// What users tell about themselves: interests, education, work, relatives, ways to reach them.
#pragma once

#include "emulator/methods/profiles/user_fields.hpp"

namespace vkxx::emulation::detail {

/// Adds the members that such a field stands for; unknown names add nothing.
void add_biography(boost::json::object& shown, const seen_person& seen, std::string_view field);

/// A photo of a profile: its id follows from the owner's.
[[nodiscard]] boost::json::object profile_photo(std::int64_t owner, const std::string& base_url);

}  // namespace vkxx::emulation::detail
