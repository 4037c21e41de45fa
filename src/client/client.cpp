#include <vkxx/client/client.hpp>

#include <utility>

#include "client/execute/script_call.hpp"
#include "client/pipeline/run_call.hpp"

namespace vkxx {
namespace {

// Owns the script's calls while it runs.
asio::awaitable<std::vector<result<reply>>> run_script(client shared, detail::script_call script,
                                                       call_options options) {
  auto request = script.code_request();
  if (!request) co_return script.outcomes(request.error());
  auto running = shared.try_call(std::move(*request), std::move(options));
  const auto answer = co_await std::move(running);
  co_return script.outcomes(answer);
}

}  // namespace

client::client(asio::any_io_executor executor, const config& settings)
    : state_{std::make_shared<detail::call_state>(executor, settings)} {}

asio::awaitable<reply> client::call(request request) const {
  return call(std::move(request), call_options{});
}

asio::awaitable<reply> client::call(request request, call_options options) const {
  return detail::run_call_or_throw(state_, std::move(request), std::move(options));
}

asio::awaitable<result<reply>> client::try_call(request request) const {
  return try_call(std::move(request), call_options{});
}

asio::awaitable<result<reply>> client::try_call(request request, call_options options) const {
  return detail::run_call(state_, std::move(request), std::move(options), nullptr);
}

asio::awaitable<std::vector<result<reply>>> client::execute(std::vector<request> calls) const {
  return execute(std::move(calls), call_options{});
}

asio::awaitable<std::vector<result<reply>>> client::execute(std::vector<request> calls,
                                                            call_options options) const {
  return run_script(*this, detail::script_call{std::move(calls)}, std::move(options));
}

detail::local_checks client::checks(const call_options& options) const {
  // An empty handle: the call is refused.
  if (!state_) return {};
  const auto& settings = state_->settings();
  return {options.local_checks().value_or(settings.local_checks()), state_->token_kind()};
}

asio::awaitable<result<reply>> client::send(result<request> call, call_options options) const {
  if (!call) return detail::refuse_call(state_, call.error());
  return try_call(*std::move(call), std::move(options));
}

asio::awaitable<std::vector<result<reply>>> client::send_all(std::vector<result<request>> calls,
                                                             call_options options) const {
  return run_script(*this, detail::script_call{std::move(calls)}, std::move(options));
}

detail::call_state& client::state() const {
  if (!state_) throw_error(detail::empty_handle());
  return *state_;
}

token_environment client::environment() const {
  return state().environment();
}

metrics client::metrics() const {
  return state().seen();
}

void client::on_error(api_errc code, error_handler handler) const {
  state().change_hooks([&](detail::hooks& hooks) {
    if (handler) {
      hooks.handlers.insert_or_assign(code, std::move(handler));
    } else {
      hooks.handlers.erase(code);
    }
  });
}

void client::on_any_error(error_handler handler) const {
  state().change_hooks([&](detail::hooks& hooks) { hooks.any_handler = std::move(handler); });
}

void client::token_kind(vkxx::token_kind kind) const {
  state().token_kind(kind);
}

void client::on_captcha(challenge_hook solver) const {
  state().change_hooks([&](detail::hooks& hooks) { hooks.captcha = std::move(solver); });
}

void client::on_validation(challenge_hook solver) const {
  state().change_hooks([&](detail::hooks& hooks) { hooks.validation = std::move(solver); });
}

void client::on_confirmation(challenge_hook solver) const {
  state().change_hooks([&](detail::hooks& hooks) { hooks.confirmation = std::move(solver); });
}

}  // namespace vkxx
