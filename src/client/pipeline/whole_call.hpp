// Turns the failure of an attempt into that of the whole call.
#pragma once

#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// Its effect and count cover all attempts, and the secrets of the call are redacted. Every error
// that a call ends with passes through here.
[[nodiscard]] error of_whole_call(const call_context& context, const request& call, error failure);
[[nodiscard]] result<reply> of_whole_call(const call_context& context, const request& call,
                                          result<reply> outcome);

}  // namespace vkxx::detail
