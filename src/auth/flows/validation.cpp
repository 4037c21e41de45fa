#include <utility>
#include <vkxx/auth/validation.hpp>
#include <vkxx/core/exception.hpp>

#include "auth/web_login/page_walk.hpp"

namespace vkxx::auth {
namespace {

asio::awaitable<result<access_token>> pass_page(validation::settings how, std::string address,
                                                token_environment with) {
  page_hooks hooks;
  hooks.captcha = std::move(how.captcha);
  hooks.second_factor = std::move(how.second_factor);
  hooks.phone = std::move(how.phone_digits);
  auto passing = pass_validation_page(std::move(address), std::move(how.phone), std::move(hooks),
                                      std::move(with));
  co_return co_await std::move(passing);
}

asio::awaitable<challenge_answer> answer(validation::settings how, challenge asked,
                                         token_environment with) {
  auto passing = pass_page(std::move(how), asked.redirect_uri(), std::move(with));
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

validation& validation::on_captcha(challenge_hook solver) {
  settings_.captcha = std::move(solver);
  return *this;
}

validation& validation::on_second_factor(challenge_hook solver) {
  settings_.second_factor = std::move(solver);
  return *this;
}

validation& validation::on_phone(challenge_hook solver) {
  settings_.phone_digits = std::move(solver);
  return *this;
}

validation& validation::phone(std::string number) {
  settings_.phone = std::move(number);
  return *this;
}

asio::awaitable<result<access_token>> validation::pass(std::string redirect_uri,
                                                       token_environment with) const {
  return pass_page(settings_, std::move(redirect_uri), std::move(with));
}

challenge_hook validation::hook(token_environment with) const {
  return [how = settings_, with = std::move(with)](challenge asked) {
    return answer(how, std::move(asked), with);
  };
}

}  // namespace vkxx::auth
