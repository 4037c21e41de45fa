// What is looked at before a call begins and after it has ended.
#pragma once

#include <string>

#include <vkxx/client/call_options.hpp>
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// Of a client that was moved from.
[[nodiscard]] error empty_handle();
// Of a client in a child process of the one that made it.
[[nodiscard]] error made_before_fork();

// Whether a call can begin with these options. Null: the client was moved from. `thread_waits`: a
// thread blocks until the call is done.
[[nodiscard]] result<void> check_call(const call_state* state, const call_options& options,
                                      bool thread_waits);

// Counts the outcome of the call, and says in an error about its deadline what the time went for.
[[nodiscard]] result<reply> counted(call_context& context, const std::string& method,
                                    result<reply> outcome);

}  // namespace vkxx::detail
