// Names of profiles.
#pragma once

#include <string>

#include <vkxx/core/result.hpp>

namespace vkxx::auth::detail {

// Whether a profile can have this name: fails with `errc::invalid_argument`.
[[nodiscard]] result<void> check_profile_name(const std::string& name);

}  // namespace vkxx::auth::detail
