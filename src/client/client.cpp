#include <vkxx/client/client.hpp>

#include <utility>

#include "client/call_runner.hpp"

namespace vkxx {
namespace {

// Takes the result over, so that nothing of the handle needs to live on.
asio::awaitable<reply> thrown_on_failure(asio::awaitable<result<reply>> outcome) {
  auto settled = co_await std::move(outcome);
  if (!settled) throw_error(settled.error());
  co_return std::move(*settled);
}

}  // namespace

client::client(asio::any_io_executor executor, const config& settings)
    : state_{std::make_shared<detail::call_state>(executor, settings)} {}

asio::awaitable<reply> client::call(request what) const {
  return thrown_on_failure(try_call(std::move(what)));
}

asio::awaitable<reply> client::call(request what, call_options options) const {
  return thrown_on_failure(try_call(std::move(what), std::move(options)));
}

asio::awaitable<result<reply>> client::try_call(request what) const {
  return try_call(std::move(what), call_options{});
}

asio::awaitable<result<reply>> client::try_call(request what, call_options options) const {
  return detail::run_call(state_, std::move(what), std::move(options), nullptr);
}

token_environment client::environment() const { return state_->environment(); }

void client::on_error(api_errc code, error_handler handler) const {
  state_->change_hooks([&](detail::hooks& hooks) {
    if (handler) {
      hooks.handlers.insert_or_assign(code, std::move(handler));
    } else {
      hooks.handlers.erase(code);
    }
  });
}

void client::on_any_error(error_handler handler) const {
  state_->change_hooks([&](detail::hooks& hooks) { hooks.any_handler = std::move(handler); });
}

void client::on_captcha(challenge_hook solver) const {
  state_->change_hooks([&](detail::hooks& hooks) { hooks.captcha = std::move(solver); });
}

void client::on_validation(challenge_hook solver) const {
  state_->change_hooks([&](detail::hooks& hooks) { hooks.validation = std::move(solver); });
}

void client::on_confirmation(challenge_hook solver) const {
  state_->change_hooks([&](detail::hooks& hooks) { hooks.confirmation = std::move(solver); });
}

}  // namespace vkxx
