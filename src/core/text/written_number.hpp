// Numbers as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace vkxx::detail {

// Digits with at most one sign.
[[nodiscard]] std::optional<std::int64_t> read_integer(std::string_view text) noexcept;
// As above, with a point or a comma, or an exponent. Finite: neither `nan` nor `inf` in words.
[[nodiscard]] std::optional<double> read_real(std::string_view text);

}  // namespace vkxx::detail
