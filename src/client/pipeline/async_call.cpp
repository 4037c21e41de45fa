#include <vkxx/client/async_call.hpp>

#include <exception>
#include <optional>
#include <utility>

#include "client/call_state.hpp"
#include "client/limit/call_limits.hpp"
#include "client/pipeline/call_runner.hpp"
#include "core/async/in_strand.hpp"

namespace vkxx::detail {
namespace {

asio::awaitable<result<reply>> refused_before_start(checked_request call) {
  co_return refusal(call);
}

}  // namespace

void start_call(std::shared_ptr<call_state> state, checked_request call, call_options options,
                call_handler handler) {
  if (!state) throw_error(empty_handle());
  const auto executor = state->home().executor();
  auto running = call.fault.empty() ? run_call(std::move(state), std::move(call.request),
                                               std::move(options), nullptr)
                                    : refused_before_start(std::move(call));
  const auto complete = [](call_handler completed, std::exception_ptr failure,
                           std::optional<result<reply>> outcome) {
    // A call throws nothing but std::bad_alloc.
    if (failure) std::rethrow_exception(failure);
    std::move(completed)(*std::move(outcome));
  };
  start_in_strand(executor, std::move(running), adapted_handler{std::move(handler), complete});
}

}  // namespace vkxx::detail
