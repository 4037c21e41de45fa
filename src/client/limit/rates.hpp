// VK's limits of calls per second. https://dev.vk.com/api/api-requests
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string_view>

#include <vkxx/client/limits.hpp>
#include <vkxx/core/token_kind.hpp>

namespace vkxx::detail {

// Methods that VK counts separately from the others of the same token.
enum class method_class : std::uint8_t { ordinary, secure, ads };

[[nodiscard]] method_class class_of(std::string_view method) noexcept;
[[nodiscard]] std::string_view name_of(method_class call_class) noexcept;

// Calls per second for a method of this class on a token of this kind.
[[nodiscard]] double rate_of(method_class call_class, token_kind kind,
                             const limits& settings) noexcept;

}  // namespace vkxx::detail
