// Percent-encoding (RFC 3986).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::detail {

// What stands for a space, both ways: `+` in forms, `%20` elsewhere, where `+` is itself.
enum class space_as : std::uint8_t { plus, percent };

// Letters, digits and `-_.~` stay as they are.
void append_percent_encoded(std::string& out, std::string_view text, space_as space);
[[nodiscard]] std::string percent_encoded(std::string_view text);
// Nothing for an escape that is none.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text, space_as space);
// Whether an escape stands at `at`, where a `%` is.
[[nodiscard]] bool is_percent_escape(std::string_view text, std::size_t at) noexcept;

}  // namespace vkxx::detail
