// Sends a call together with others.
#pragma once

#include <optional>

#include <vkxx/client/request.hpp>
#include "client/execute/call_batcher.hpp"
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// Adds the effect of the batch to the call, however its wait ended.
void count_batch(call_context& context, const request& request, const call_batcher::told& news);

// Returns the outcome of the call in a batch, or an empty optional if it must be sent by itself.
// `request` must outlive the awaitable.
[[nodiscard]] std::optional<asio::awaitable<call_batcher::told>> with_others(
    const std::shared_ptr<call_context>& context, const request& request);

}  // namespace vkxx::detail
