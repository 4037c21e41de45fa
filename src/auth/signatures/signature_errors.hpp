// The two ways in which a signed text is refused.
#pragma once

#include <string>

#include <vkxx/core/error.hpp>

namespace vkxx::auth::detail {

// It cannot be read, or lacks something.
[[nodiscard]] inline error malformed(std::string text) {
  return error{errc::invalid_argument, request_effect::not_sent, std::move(text)};
}

// It is not VK's, or not of now.
[[nodiscard]] inline error untrusted(std::string text) {
  return error{errc::authorization_failed, request_effect::not_sent, std::move(text)};
}

}  // namespace vkxx::auth::detail
