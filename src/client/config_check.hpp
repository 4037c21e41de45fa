// Validation of settings: every number has a range.
#pragma once

#include <vkxx/client/call_options.hpp>
#include <vkxx/client/config.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::detail {

// Throws usage_exception, naming the first unusable setting and the expected range.
void check(const config& settings);

// Whether a call can be made with these options: fails with `errc::invalid_argument`.
[[nodiscard]] result<void> check(const call_options& options);

}  // namespace vkxx::detail
