#include <algorithm>
#include <map>
#include <mutex>
#include <set>
#include <vkxx/auth/token_store.hpp>

#include "auth/signatures/signature_errors.hpp"
#include "auth/tokens/profile_name.hpp"

namespace vkxx::auth::detail {

result<void> check_profile_name(const std::string& name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  if (!name.empty() && name.size() <= 64 && name.front() != '.' &&
      std::all_of(name.begin(), name.end(), fits)) {
    return {};
  }
  return malformed(
      "a profile's name is 1 to 64 letters, digits, `.`, `_` and `-`, and does not "
      "begin with a point");
}

}  // namespace vkxx::auth::detail

namespace vkxx::auth {
namespace {

// The locked names; outlives the store while a lock is held.
struct locked_names {
  std::mutex mutex;
  std::set<std::string> names;
};

class name_lock final : public store_lock {
 public:
  name_lock(std::shared_ptr<locked_names> held, std::string name)
      : held_{std::move(held)}, name_{std::move(name)} {}
  ~name_lock() override {
    const std::lock_guard lock{held_->mutex};
    held_->names.erase(name_);
  }

 private:
  std::shared_ptr<locked_names> held_;
  std::string name_;
};

class memory_store final : public token_store {
 public:
  result<std::optional<access_token>> load(const std::string& profile) override {
    if (const auto name = detail::check_profile_name(profile); !name) return name.error();
    const std::lock_guard lock{mutex_};
    const auto found = tokens_.find(profile);
    if (found == tokens_.end()) return std::optional<access_token>{};
    return std::optional{found->second};
  }

  result<void> save(const std::string& profile, const access_token& token) override {
    if (const auto name = detail::check_profile_name(profile); !name) return name.error();
    const std::lock_guard lock{mutex_};
    tokens_[profile] = token;
    return {};
  }

  result<void> remove(const std::string& profile) override {
    if (const auto name = detail::check_profile_name(profile); !name) return name.error();
    const std::lock_guard lock{mutex_};
    tokens_.erase(profile);
    return {};
  }

  result<std::vector<std::string>> profiles() override {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> names;
    names.reserve(tokens_.size());
    for (const auto& [name, token] : tokens_) names.push_back(name);
    return names;
  }

  result<std::unique_ptr<store_lock>> try_lock(const std::string& profile) override {
    if (const auto name = detail::check_profile_name(profile); !name) return name.error();
    const std::lock_guard lock{locked_->mutex};
    if (!locked_->names.insert(profile).second) return std::unique_ptr<store_lock>{};
    return std::unique_ptr<store_lock>{std::make_unique<name_lock>(locked_, profile)};
  }

 private:
  std::mutex mutex_;
  std::map<std::string, access_token> tokens_;
  std::shared_ptr<locked_names> locked_ = std::make_shared<locked_names>();
};

}  // namespace

std::shared_ptr<token_store> make_memory_store() {
  return std::make_shared<memory_store>();
}

}  // namespace vkxx::auth
