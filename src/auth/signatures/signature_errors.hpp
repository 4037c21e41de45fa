// The two reasons to refuse a signed text.
#pragma once

#include <string>

#include <vkxx/core/error.hpp>

namespace vkxx::auth::detail {

// It is malformed or incomplete.
[[nodiscard]] inline error malformed(std::string text) {
  return error{errc::invalid_argument, request_effect::not_sent, std::move(text)};
}

// It was not signed by VK, or is not recent.
[[nodiscard]] inline error untrusted(std::string text) {
  return error{errc::authorization_failed, request_effect::not_sent, std::move(text)};
}

}  // namespace vkxx::auth::detail
