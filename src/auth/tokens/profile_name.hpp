// Names of profiles.
#pragma once

#include <optional>
#include <string>

#include <vkxx/core/error.hpp>

namespace vkxx::auth::detail {

// Why the name cannot be one; nothing if it can.
[[nodiscard]] std::optional<error> fault_of_profile(const std::string& name);

}  // namespace vkxx::auth::detail
