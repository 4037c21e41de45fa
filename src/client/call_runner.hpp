// Carries one call through: the driver of call_machine.
#pragma once

#include <memory>
#include <optional>

#include "client/call_machine.hpp"
#include "client/call_state.hpp"
#include "client/caller_thread.hpp"
#include <vkxx/client/call_options.hpp>

namespace vkxx::detail {

// The whole call, with the middlewares around it. Never throws but std::bad_alloc.
//
// `caller`: the thread that blocks in the call, or none.
// Lifetime: owns all that it is given. Cancellation: all types, at any stage.
[[nodiscard]] asio::awaitable<result<reply>> run_call(std::shared_ptr<call_state> state,
                                                      request what, call_options options,
                                                      std::shared_ptr<caller_thread> caller);

}  // namespace vkxx::detail
