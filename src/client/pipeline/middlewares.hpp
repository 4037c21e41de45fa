// Runs a call inside the program's middlewares.
#pragma once

#include <memory>

#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// Whether there is a middleware around the call or around its attempts.
[[nodiscard]] bool has_middlewares(const call_context& context) noexcept;

// Runs the call inside its middlewares until its deadline. Every other wait enforces the deadline
// itself; a middleware may not. Throws what a middleware throws.
[[nodiscard]] asio::awaitable<result<reply>> through_middlewares(
    std::shared_ptr<call_context> context, request request);

}  // namespace vkxx::detail
