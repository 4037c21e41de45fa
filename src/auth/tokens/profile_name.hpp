// Names of profiles.
#pragma once

#include <string>

#include <vkxx/core/result.hpp>

namespace vkxx::auth::detail {

// Fails with `errc::invalid_argument` if a profile cannot have this name.
[[nodiscard]] result<void> check_profile_name(const std::string& name);

}  // namespace vkxx::auth::detail
