// A call that is sent together with others.
#pragma once

#include <optional>

#include <vkxx/client/request.hpp>
#include "client/execute/call_batcher.hpp"
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// What the batch did counts for the call, however its waiting ended.
void count_batch(call_context& context, const request& request, const call_batcher::told& news);

// What happens to the call in a batch; nothing: it has to be sent by itself. `request` lives
// longer.
[[nodiscard]] std::optional<asio::awaitable<call_batcher::told>> with_others(
    const std::shared_ptr<call_context>& context, const request& request);

}  // namespace vkxx::detail
