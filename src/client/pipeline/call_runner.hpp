// Runs one call: the driver of call_machine.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <vkxx/client/call_options.hpp>
#include "client/call_state.hpp"
#include "client/caller_thread.hpp"
#include "client/pipeline/call_context.hpp"
#include "client/pipeline/call_machine.hpp"

namespace vkxx::detail {

// The whole call, with the middlewares around it. Throws nothing but std::bad_alloc.
//
// `caller`: the thread that blocks in the call, or none.
// Lifetime: owns its arguments. Cancellation: all types, at any stage.
[[nodiscard]] asio::awaitable<result<reply>> run_call(std::shared_ptr<call_state> state,
                                                      request request, call_options options,
                                                      std::shared_ptr<caller_thread> caller);

// The same without a blocking thread; throws the call's error.
[[nodiscard]] asio::awaitable<reply> run_call_or_throw(std::shared_ptr<call_state> state,
                                                       request request, call_options options);

// A call whose request is completed only when it may be sent: then `late.prepare` is called once,
// and nothing is sent if it returns false. `progress` is notified of its effect. Throws nothing but
// std::bad_alloc.
[[nodiscard]] asio::awaitable<result<reply>> run_prepared(std::shared_ptr<call_state> state,
                                                          request request, call_options options,
                                                          late_request late,
                                                          std::shared_ptr<batch_effect> progress);

}  // namespace vkxx::detail
