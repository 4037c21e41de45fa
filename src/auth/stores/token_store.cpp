#include <utility>
#include <vkxx/auth/token_store.hpp>

#include "auth/tokens/unsaved_tokens.hpp"

namespace vkxx::auth {

token_store::token_store() : unsaved_{std::make_shared<detail::unsaved_tokens>()} {}

token_store::~token_store() = default;

result<void> token_store::can_save(const std::string&, const access_token&) {
  return {};
}

}  // namespace vkxx::auth

namespace vkxx::auth::detail {

void unsaved_tokens::put(const std::string& profile, unsaved_token unsaved) {
  const std::lock_guard lock{mutex_};
  tokens_.insert_or_assign(profile, std::move(unsaved));
}

std::optional<unsaved_token> unsaved_tokens::take(const std::string& profile) {
  const std::lock_guard lock{mutex_};
  auto found = tokens_.extract(profile);
  if (found.empty()) return std::nullopt;
  return std::move(found.mapped());
}

}  // namespace vkxx::auth::detail
