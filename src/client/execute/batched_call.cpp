#include "client/execute/batched_call.hpp"

#include <memory>
#include <utility>

#include "client/pipeline/attempt.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {

void count_batch(call_context& context, const request& request, const call_batcher::told& news) {
  if (idempotency_of(context, request) != call_idempotency::read_only) {
    context.effect.add(news.effect);
    const auto& outcome = news.outcome;
    if (outcome) {
      context.effect.add(*outcome ? request_effect::executed : outcome->error().effect());
    }
  }
  context.attempts += news.attempts;
}

namespace {

asio::awaitable<bool> listen(std::shared_ptr<call_batcher::told> news,
                             asio::awaitable<call_batcher::told> waiting) {
  *news = co_await std::move(waiting);
  co_return true;
}

// Joins the batch within the call's own deadline, which is earlier than the batch's.
asio::awaitable<call_batcher::told> hurried(std::shared_ptr<call_context> context,
                                            const request& request,
                                            asio::awaitable<call_batcher::told> waiting) {
  // The coroutine also reports after the deadline or a cancellation.
  const auto news = std::make_shared<call_batcher::told>();
  auto listening = listen(news, std::move(waiting));
  auto timed = with_deadline(context->state->time(), context->deadline, std::move(listening));
  bool in_time = false;
  try {
    in_time = (co_await std::move(timed)).has_value();
  } catch (...) {
    count_batch(*context, request, *news);
    throw;
  }
  // An outcome that arrives with the deadline wins.
  if (!in_time && !news->outcome && !news->failure) {
    news->cancelled = false;
    news->outcome.emplace(deadline_error(request.method(), *context, "its batch was under way"));
  }
  co_return std::move(*news);
}

}  // namespace

std::optional<asio::awaitable<call_batcher::told>> with_others(
    const std::shared_ptr<call_context>& context, const request& request) {
  const auto& batcher = context->state->batcher();
  if (!batcher || !context->batch || !batcher->takes(*context, request)) return std::nullopt;
  auto token = batcher->token_for(*context, request);
  if (!token) return std::nullopt;
  // Sent by itself, the call fails at once with the reason.
  if (quota_refusal(*context->state, *token, request)) return std::nullopt;
  auto waiting = call_batcher::call(batcher, *context, request, *std::move(token));
  // The batch has the client's default timeout.
  const auto limit = context->state->settings().total_timeout();
  const auto left = context->deadline - context->state->time()->now();
  if (left >= limit - limit / 10) return waiting;
  return hurried(context, request, std::move(waiting));
}

}  // namespace vkxx::detail
