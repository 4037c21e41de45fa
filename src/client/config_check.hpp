// Whether settings can be used: every number of theirs has a range.
#pragma once

#include <string>

#include <vkxx/client/call_options.hpp>
#include <vkxx/client/config.hpp>

namespace vkxx::detail {

// Throws usage_exception, naming the first setting that cannot be used and what was expected.
void check(const config& settings);

// Why a call cannot be made with these options; empty if it can.
[[nodiscard]] std::string fault_of(const call_options& options);

}  // namespace vkxx::detail
