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

  [[nodiscard]] asio::awaitable<result<secret>> get(request) override {
    const std::lock_guard lock{mutex_};
    co_return token_;
  }

  void replace(const secret& old, secret fresh) override {
    const std::lock_guard lock{mutex_};
    // Of several validations of the same token the first one counts.
    if (token_ == old) token_ = std::move(fresh);
  }

 private:
  std::mutex mutex_;
  secret token_;
};

}  // namespace

std::shared_ptr<token_source> make_static_token(secret token) {
  return std::make_shared<static_token>(std::move(token));
}

}  // namespace vkxx
