// A call that is sent together with others.
#pragma once

#include <optional>

#include <vkxx/client/request.hpp>
#include "client/execute/call_batcher.hpp"
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// The effect of the batch counts for the call, however its wait ended.
void count_batch(call_context& context, const request& request, const call_batcher::told& news);

// The outcome of the call in a batch; nothing: it has to be sent by itself. `request` must outlive
// this.
[[nodiscard]] std::optional<asio::awaitable<call_batcher::told>> with_others(
    const std::shared_ptr<call_context>& context, const request& request);

}  // namespace vkxx::detail
