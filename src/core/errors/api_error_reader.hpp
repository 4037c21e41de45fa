// Reads VK's error object.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>

#include <vkxx/core/error.hpp>

namespace vkxx::detail {

// The error described by `object`, its method set if VK names it; nothing if there is no error
// code. `text`: the object as it was received; empty: not known.
[[nodiscard]] std::optional<error> read_api_error(const boost::json::object& object,
                                                  std::string_view text = {});

// The captcha fields of an error object.
[[nodiscard]] captcha_fields read_captcha(const boost::json::object& object);

}  // namespace vkxx::detail
