// The digits of a phone number that VK does not show.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <vkxx/client/challenge.hpp>

namespace vkxx::auth::detail {

// What stands between the shown beginning and end; nothing if `number` is none, or another one.
[[nodiscard]] std::optional<std::string> missing_digits(std::string_view number,
                                                        const phone_fields& shown);

}  // namespace vkxx::auth::detail
