// Starts calls: what the clients and the batcher call.
#pragma once

#include <memory>

#include <vkxx/client/call_options.hpp>
#include "client/call_state.hpp"
#include "client/caller_thread.hpp"
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// Of a client that was moved from.
[[nodiscard]] error empty_handle();
// Of a client in a child process of the one that made it.
[[nodiscard]] error made_before_fork();

// Counts a call that ends before it begins. Null: the client was moved from.
[[nodiscard]] error counted_refusal(const call_state* state, error refusal);

// Whether a call can begin with these options. Null: the client was moved from. `thread_waits`: a
// thread blocks until the call is done.
[[nodiscard]] result<void> check_call(const call_state* state, const call_options& options,
                                      bool thread_waits);

// The whole call, with the middlewares around it. Never throws but std::bad_alloc.
//
// `caller`: the thread that blocks in the call, or none.
// Lifetime: owns its arguments. Cancellation: all types, at any stage.
[[nodiscard]] asio::awaitable<result<reply>> run_call(std::shared_ptr<call_state> state,
                                                      request request, call_options options,
                                                      std::shared_ptr<caller_thread> caller);

// The same without a blocking thread; throws the call's error.
[[nodiscard]] asio::awaitable<reply> run_call_or_throw(std::shared_ptr<call_state> state,
                                                       request request, call_options options);

// A call that failed the checks of its class before it began: counted like any other.
[[nodiscard]] asio::awaitable<result<reply>> refuse_call(std::shared_ptr<call_state> state,
                                                         error refusal);

// A call of `execute` that is filled when it may be sent. `progress` is told what happens to it.
// Never throws but std::bad_alloc.
[[nodiscard]] asio::awaitable<result<reply>> run_batch(std::shared_ptr<call_state> state,
                                                       request request, call_options options,
                                                       batch_contents contents,
                                                       std::shared_ptr<batch_effect> progress);

}  // namespace vkxx::detail
