// Reads VK's error object.
#pragma once

#include <boost/json/object.hpp>
#include <optional>

#include <vkxx/core/error.hpp>

namespace vkxx {

// The error described by `object`, its method set if VK names it; nothing if there is no error
// code.
[[nodiscard]] std::optional<error> read_api_error(const boost::json::object& object);

// The captcha fields of an error object.
[[nodiscard]] captcha_fields read_captcha(const boost::json::object& object);

}  // namespace vkxx
