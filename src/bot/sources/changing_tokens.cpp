#include "bot/sources/changing_tokens.hpp"

#include <utility>

namespace vkxx::detail {

std::shared_ptr<token_source> changing_tokens::present() const {
  const std::lock_guard lock{mutex_};
  return present_;
}

void changing_tokens::change(secret token) {
  auto fresh = make_static_token(std::move(token));
  const std::lock_guard lock{mutex_};
  present_ = std::move(fresh);
  changed_ = true;
}

asio::awaitable<result<secret>> changing_tokens::get(request call, token_environment environment) {
  const auto source = present();
  if (!source) co_return secret{};
  auto getting = source->get(std::move(call), std::move(environment));
  co_return co_await std::move(getting);
}

std::optional<secret> changing_tokens::ready(const request& call) {
  const auto source = present();
  return source ? source->ready(call) : secret{};
}

bool changing_tokens::renewable(const request& call) const {
  {
    const std::lock_guard lock{mutex_};
    if (changed_) return true;
  }
  const auto source = present();
  return source && source->renewable(call);
}

asio::awaitable<result<secret>> changing_tokens::renew(request call, secret refused,
                                                       token_environment environment) {
  const auto source = present();
  if (const auto token = source ? source->ready(call) : std::nullopt; token && *token != refused)
    co_return *token;
  if (!source || !source->renewable(call)) {
    auto failing = token_source::renew(std::move(call), std::move(refused), std::move(environment));
    co_return co_await std::move(failing);
  }
  auto renewing = source->renew(std::move(call), std::move(refused), std::move(environment));
  co_return co_await std::move(renewing);
}

result<void> changing_tokens::replace(const secret& old, secret fresh) {
  const auto source = present();
  return source ? source->replace(old, std::move(fresh))
                : token_source::replace(old, std::move(fresh));
}

}  // namespace vkxx::detail
