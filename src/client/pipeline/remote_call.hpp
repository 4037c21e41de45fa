// A call that is awaited in another execution context than its client's.
#pragma once

#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// Carries `call` out in the client's context and waits for it in the caller's, where the deadline
// and cancellation hold even if nobody runs the client's context, or it is stopped or gone. The
// outcome then is what is known of the call: `not_sent` if it had not begun.
//
// `context`, `options` are the call's; `call` may touch `context` while it runs, nobody else may
// but for what never changes and `context->progress`. Lifetime: owns all that it is given.
// Cancellation: all types.
[[nodiscard]] asio::awaitable<result<reply>> await_remotely(std::shared_ptr<call_context> context,
                                                            request call_request,
                                                            asio::awaitable<result<reply>> call);

}  // namespace vkxx::detail
