#include <vkxx/client/async_call.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/system_executor.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "client/call_state.hpp"
#include "client/pipeline/run_call.hpp"
#include "core/async/in_strand.hpp"

namespace vkxx::detail {
namespace {

// The client's context no longer runs. A handler without an associated executor runs on the system
// executor.
void complete_without_context(const call_state& state, const std::string& method,
                              call_handler handler) {
  error failure{errc::cancelled, request_effect::not_sent,
                "the execution context of the client is gone"};
  failure.set_method(method);
  result<reply> outcome = std::move(failure);
  state.counters().finished(method, outcome, duration::zero(), call_phase::elsewhere);
  asio::post(asio::system_executor{}, [handler = std::move(handler), outcome]() mutable {
    const auto executor =
        asio::get_associated_executor(handler, asio::any_io_executor{asio::system_executor{}});
    executor.execute([handler = std::move(handler), outcome = std::move(outcome)]() mutable {
      std::move(handler)(std::move(outcome));
    });
  });
}

}  // namespace

void start_call(std::shared_ptr<call_state> state, result<request> call, call_options options,
                call_handler handler) {
  if (!state) throw_error(empty_handle());
  // A copy: the call, and the last handle with it, may be destroyed before this returns.
  const auto owned = state;
  const auto staying = owned->home().stay();
  if (!staying) {
    const auto method = call ? call->method() : call.error().method();
    return complete_without_context(*owned, method, std::move(handler));
  }
  const auto executor = owned->home().executor();
  auto running = call ? run_call(std::move(state), *std::move(call), std::move(options), nullptr)
                      : refuse_call(owned, call.error());
  const auto complete = [](call_handler completed, std::exception_ptr failure,
                           std::optional<result<reply>> outcome) {
    // A call throws nothing but std::bad_alloc.
    if (failure) std::rethrow_exception(failure);
    std::move(completed)(*std::move(outcome));
  };
  start_in_strand(executor, std::move(running), adapted_handler{std::move(handler), complete});
}

}  // namespace vkxx::detail
