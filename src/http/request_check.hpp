// Checks of a request before it is sent.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/error.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx::http::detail {

/// Why the request cannot be sent as it stands, naming the field; nothing if it can.
[[nodiscard]] std::optional<error> fault_of(const request& message);

/// `host` or `host:port` of an absolute URL, without user and password: fit for a log.
[[nodiscard]] std::string host_of(std::string_view url);

[[nodiscard]] bool is_https(std::string_view url) noexcept;

}  // namespace vkxx::http::detail
