// A failure as one of the whole call, with all its attempts.
#pragma once

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

}  // namespace vkxx::detail
