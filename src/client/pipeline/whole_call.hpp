// The end of a call: one outcome for all its attempts, counted once.
#pragma once

#include <string>

#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// Every error of a call passes through here. It gets the effect and the number of all attempts, and
// loses every secret of the call.
[[nodiscard]] error of_whole_call(const call_context& context, const request& call, error failure);
[[nodiscard]] result<reply> of_whole_call(const call_context& context, const request& call,
                                          result<reply> outcome);

// Counts the outcome. The text of a deadline error says where the time went.
[[nodiscard]] result<reply> counted(call_context& context, const std::string& method,
                                    result<reply> outcome);

// Converts the current exception to an error. Rethrows std::bad_alloc.
[[nodiscard]] error failure_at_hand(const call_context& context, const std::string& method);

}  // namespace vkxx::detail
