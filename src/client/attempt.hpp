// One attempt of a call: token, HTTP exchange, reading of the answer.
#pragma once

#include <memory>

#include "client/call_context.hpp"

namespace vkxx::detail {

// Sends `what` once, the `number`th time. May throw what a middleware or a token source throws.
[[nodiscard]] asio::awaitable<result<reply>> run_attempt(std::shared_ptr<call_context> context,
                                                         request& what, int number);

// Why `what` cannot be sent; empty if it can.
[[nodiscard]] std::string fault_of(const request& what);

}  // namespace vkxx::detail
