#include <mutex>
#include <utility>

#include <vkxx/client/token_source.hpp>

namespace vkxx {
namespace {

class static_token final : public token_source {
 public:
  explicit static_token(secret token) : token_{std::move(token)} {}

  [[nodiscard]] std::optional<secret> ready(const request&) override {
    const std::lock_guard lock{mutex_};
    return token_;
  }

  [[nodiscard]] asio::awaitable<result<secret>> get(request, token_environment) override {
    const std::lock_guard lock{mutex_};
    co_return token_;
  }

  result<void> replace(const secret& old, secret fresh) override {
    const std::lock_guard lock{mutex_};
    // If the same token is validated several times, the first validation counts.
    if (token_ == old) token_ = std::move(fresh);
    return {};
  }

 private:
  std::mutex mutex_;
  secret token_;
};

}  // namespace

token_environment::token_environment() = default;

std::optional<secret> token_source::ready(const request&) {
  return std::nullopt;
}

result<void> token_source::replace(const secret&, secret) {
  return error{errc::invalid_argument, request_effect::not_sent, "the source of tokens takes none"};
}

bool token_source::renewable(const request&) const {
  return false;
}

asio::awaitable<result<secret>> token_source::renew(request, secret, token_environment) {
  co_return error{errc::authorization_failed, request_effect::rejected,
                  "the access token is dead and cannot be renewed: give another one"};
}

std::shared_ptr<token_source> make_static_token(secret token) {
  return std::make_shared<static_token>(std::move(token));
}

}  // namespace vkxx
