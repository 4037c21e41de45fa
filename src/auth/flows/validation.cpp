#include <utility>
#include <vkxx/auth/validation.hpp>
#include <vkxx/core/exception.hpp>

#include "auth/web_login/page_walk.hpp"

namespace vkxx::auth {
namespace {

asio::awaitable<result<access_token>> pass_page(validation options, std::string address,
                                                token_environment environment) {
  detail::page_hooks hooks;
  hooks.captcha = options.on_captcha();
  hooks.second_factor = options.on_second_factor();
  hooks.phone = options.on_phone();
  auto passing = detail::pass_validation_page(std::move(address), options.phone(), std::move(hooks),
                                              std::move(environment));
  co_return co_await std::move(passing);
}

asio::awaitable<challenge_answer> answer(validation options, challenge challenge,
                                         token_environment environment) {
  auto passing = pass_page(std::move(options), challenge.redirect_uri(), std::move(environment));
  const auto token = co_await std::move(passing);
  if (!token) {
    if (token.error() == errc::challenge_refused) co_return challenge_answer::refused();
    throw_error(token.error());
  }
  if (token->text.empty()) co_return challenge_answer::validated();
  co_return challenge_answer::access_token(token->text.expose());
}

}  // namespace

validation::validation() = default;

asio::awaitable<result<access_token>> validation::pass(std::string redirect_uri,
                                                       token_environment environment) const {
  return pass_page(*this, std::move(redirect_uri), std::move(environment));
}

challenge_hook validation::hook(token_environment environment) const {
  return [options = *this, environment = std::move(environment)](challenge challenge) {
    return answer(options, std::move(challenge), environment);
  };
}

}  // namespace vkxx::auth
