// The token of a community, which may be replaced while calls are made.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <mutex>
#include <optional>

#include <vkxx/client/token_source.hpp>

namespace vkxx::detail {

// A call that was sent keeps its token; if VK refuses that one as dead, it is retried once with the
// present one. Thread safety: safe to share.
class changing_tokens final : public token_source {
 public:
  // Null: none.
  explicit changing_tokens(std::shared_ptr<token_source> first) : present_{std::move(first)} {}

  void change(secret token);

  asio::awaitable<result<secret>> get(request call, token_environment environment) override;
  std::optional<secret> ready(const request& call) override;
  bool renewable(const request& call) const override;
  asio::awaitable<result<secret>> renew(request call, secret refused,
                                        token_environment environment) override;
  result<void> replace(const secret& old, secret fresh) override;

 private:
  [[nodiscard]] std::shared_ptr<token_source> present() const;

  mutable std::mutex mutex_;
  std::shared_ptr<token_source> present_;
  bool changed_ = false;
};

}  // namespace vkxx::detail
