// A call that is awaited in an execution context other than its client's.
#pragma once

#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// Runs `call` in the client's context and waits for it in the caller's, where deadline and
// cancellation work even if the client's context does not run or is gone. The outcome then reflects
// the known state of the call: `not_sent` if it had not started.
//
// `context` and `options` belong to the call. While it runs, only `call` may use `context`, except
// for its constant members and the progress in its extras. Lifetime: owns its arguments.
// Cancellation: all types.
[[nodiscard]] asio::awaitable<result<reply>> await_remotely(std::shared_ptr<call_context> context,
                                                            request call_request,
                                                            asio::awaitable<result<reply>> call);

}  // namespace vkxx::detail
