// Tokens that a store did not take, kept beside it when the source that got them is destroyed.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <vkxx/auth/token_store.hpp>

namespace vkxx::auth::detail {

struct unsaved_token {
  access_token token;
  // What the store holds in its place, as far as known: a newer one there wins.
  std::optional<access_token> stored;
};

// One per store. The right to refresh is not kept: a lock may refer to the store, which ends first.
//
// Thread safety: safe to share.
class unsaved_tokens {
 public:
  [[nodiscard]] static unsaved_tokens& of(token_store& store) noexcept { return *store.unsaved_; }

  void put(const std::string& profile, unsaved_token unsaved);
  // Each is given once.
  [[nodiscard]] std::optional<unsaved_token> take(const std::string& profile);

 private:
  std::mutex mutex_;
  std::map<std::string, unsaved_token> tokens_;
};

}  // namespace vkxx::auth::detail
