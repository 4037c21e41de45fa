// Checks before a call begins, and accounting after it has ended.
#pragma once

#include <string>

#include <vkxx/client/call_options.hpp>
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// The error of a client that was moved from.
[[nodiscard]] error empty_handle();
// The error of a client that was created before fork().
[[nodiscard]] error made_before_fork();

// Whether a call can begin with these options. Null: the client was moved from. `thread_waits`: a
// thread blocks until the call is done.
[[nodiscard]] result<void> check_call(const call_state* state, const call_options& options,
                                      bool thread_waits);

// Counts the outcome of the call, and says in a deadline error where the time was spent.
[[nodiscard]] result<reply> counted(call_context& context, const std::string& method,
                                    result<reply> outcome);

}  // namespace vkxx::detail
