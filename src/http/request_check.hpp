// Checks of a request before it is sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/error.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx::http::detail {

/// Returns the error, with the name of the field, if the request cannot be sent; otherwise an empty
/// optional.
[[nodiscard]] std::optional<error> fault_of(const request& message);

/// Returns `host` or `host:port` of an absolute URL, without user and password: safe to log.
[[nodiscard]] std::string host_of(std::string_view url);

/// Returns the scheme, the host and the port of an absolute URL.
[[nodiscard]] std::string_view origin_of(std::string_view url) noexcept;

[[nodiscard]] bool is_https(std::string_view url) noexcept;

}  // namespace vkxx::http::detail
