#include "client/pipeline/middlewares.hpp"

#include <utility>

#include "client/exchange/exchange_driver.hpp"
#include "client/pipeline/api_call.hpp"
#include "client/pipeline/challenge_time.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {
namespace {

// Runs the middlewares from `index` on, then the call itself.
asio::awaitable<result<reply>> around(std::shared_ptr<call_context> context, std::size_t index,
                                      request call_request) {
  const auto& middlewares = context->state->settings().around_call();
  if (index == middlewares.size()) {
    auto inside =
        drive(call_of<result<reply>>{context, std::move(call_request), call_level::inside});
    co_return co_await std::move(inside);
  }
  next_call next = [context, index](request passed_on) {
    return around(context, index + 1, std::move(passed_on));
  };
  auto wrapped = middlewares[index](std::move(call_request), std::move(next));
  co_return co_await std::move(wrapped);
}

}  // namespace

bool has_middlewares(const call_context& context) noexcept {
  const auto& settings = context.state->settings();
  return !settings.around_call().empty() || !settings.around_attempt().empty();
}

asio::awaitable<result<reply>> through_middlewares(std::shared_ptr<call_context> context,
                                                   request request) {
  const auto method = request.method();
  auto work = around(context, 0, std::move(request));
  if (context->deadline == no_deadline) co_return co_await std::move(work);
  auto limit = deadline_alarm(context);
  auto timed = before_alarm(std::move(limit), std::move(work));
  auto outcome = co_await std::move(timed);
  if (!outcome) co_return deadline_error(method, *context, "a middleware was working");
  co_return *std::move(outcome);
}

}  // namespace vkxx::detail
