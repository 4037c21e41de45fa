// Tokens that a store rejected, held beside it when their source is destroyed.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <vkxx/auth/token_store.hpp>

namespace vkxx::auth::detail {

struct unsaved_token {
  access_token token;
  // The token in the store, as far as known. A newer one there wins.
  std::optional<access_token> stored;
};

// One per store. Does not hold the lock for the refresh: it may refer to the store, which is
// destroyed first.
//
// Thread safety: safe to share.
class unsaved_tokens {
 public:
  [[nodiscard]] static unsaved_tokens& of(token_store& store) noexcept { return *store.unsaved_; }

  void put(const std::string& profile, unsaved_token unsaved);
  // Returns each token once.
  [[nodiscard]] std::optional<unsaved_token> take(const std::string& profile);

 private:
  std::mutex mutex_;
  std::map<std::string, unsaved_token> tokens_;
};

}  // namespace vkxx::auth::detail
