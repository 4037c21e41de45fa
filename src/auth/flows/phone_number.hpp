// The digits of a phone number that VK does not show.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <vkxx/client/challenge.hpp>

namespace vkxx::auth::detail {

// The digits between the visible beginning and end; nothing if `number` does not match these.
[[nodiscard]] std::optional<std::string> missing_digits(std::string_view number,
                                                        const phone_fields& shown);

}  // namespace vkxx::auth::detail
