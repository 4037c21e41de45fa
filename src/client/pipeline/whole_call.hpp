// What a call ends with: one outcome for all its attempts, counted once.
#pragma once

#include <string>

#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// All attempts are in its effect and their number, and it shows nothing that the call was given to
// keep. Every error that a call ends with goes through here.
[[nodiscard]] error of_whole_call(const call_context& context, const request& call, error failure);
[[nodiscard]] result<reply> of_whole_call(const call_context& context, const request& call,
                                          result<reply> outcome);

// Counts the outcome of the call, and says in an error about its deadline what the time went for.
[[nodiscard]] result<reply> counted(call_context& context, const std::string& method,
                                    result<reply> outcome);

// What the exception at hand means; std::bad_alloc goes on.
[[nodiscard]] error failure_at_hand(const call_context& context, const std::string& method);

}  // namespace vkxx::detail
