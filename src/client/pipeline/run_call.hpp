// Starts calls, for the clients and the batcher.
#pragma once

#include <memory>

#include <vkxx/client/call_options.hpp>
#include "client/call_state.hpp"
#include "client/caller_thread.hpp"
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// The error of a client that was moved from.
[[nodiscard]] error empty_handle();
// The error of a client in a child process of the process that created it.
[[nodiscard]] error made_before_fork();

// Counts a call that ends before it begins. `state` is null if the client was moved from.
[[nodiscard]] error counted_refusal(const call_state* state, error refusal);

// Fails if a call cannot begin with these options. `state` is null if the client was moved from.
// `thread_waits`: a thread blocks until the call completes.
[[nodiscard]] result<void> check_call(const call_state* state, const call_options& options,
                                      bool thread_waits);

// Runs the whole call with the middlewares around it. Throws nothing but std::bad_alloc.
//
// `caller`: the thread that blocks in the call. May be null.
// Lifetime: owns its arguments. Cancellation: all types, at any stage.
[[nodiscard]] asio::awaitable<result<reply>> run_call(std::shared_ptr<call_state> state,
                                                      request request, call_options options,
                                                      std::shared_ptr<caller_thread> caller);

// Like `run_call`, without a blocking thread. Throws the call's error.
[[nodiscard]] asio::awaitable<reply> run_call_or_throw(std::shared_ptr<call_state> state,
                                                       request request, call_options options);

// Counts a call that failed the checks of its class, and completes with the error.
[[nodiscard]] asio::awaitable<result<reply>> refuse_call(std::shared_ptr<call_state> state,
                                                         error refusal);

// Runs a call of `execute` that is filled when it may be sent. `progress` receives every change of
// its effect. Throws nothing but std::bad_alloc.
[[nodiscard]] asio::awaitable<result<reply>> run_batch(std::shared_ptr<call_state> state,
                                                       request request, call_options options,
                                                       batch_contents contents,
                                                       std::shared_ptr<batch_effect> progress);

}  // namespace vkxx::detail
