// Runs a call inside the program's middlewares.
#pragma once

#include <memory>

#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// Around the call or around its attempts.
[[nodiscard]] bool has_middlewares(const call_context& context) noexcept;

// The call inside of the middlewares around it, until its deadline at the latest: everything else
// that waits keeps to that itself, a middleware may not. Throws what a middleware throws.
[[nodiscard]] asio::awaitable<result<reply>> through_middlewares(
    std::shared_ptr<call_context> context, request request);

}  // namespace vkxx::detail
