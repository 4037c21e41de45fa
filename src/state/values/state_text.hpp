// Errors of stores.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <vkxx/core/error.hpp>
#include <vkxx/state/inbox_row.hpp>

namespace vkxx::detail {

[[nodiscard]] error state_failure(std::string text);
[[nodiscard]] error row_is_gone(std::uint64_t seq);
[[nodiscard]] error version_differs(std::string_view key);
[[nodiscard]] error timer_differs(std::string_view key);
[[nodiscard]] error operation_cancelled();
[[nodiscard]] error opened_before_fork();

}  // namespace vkxx::detail
