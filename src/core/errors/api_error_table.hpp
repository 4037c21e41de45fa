// The generated table of API errors; its source is made by codegen/ from
// schema/overlays/error_meanings.json.
#pragma once

#include <span>

#include <vkxx/core/api_error_facts.hpp>

namespace vkxx::detail {

// Sorted by code.
[[nodiscard]] std::span<const api_error_facts> api_error_table() noexcept;
[[nodiscard]] std::span<const api_subcode_facts> api_subcode_table() noexcept;

}  // namespace vkxx::detail
