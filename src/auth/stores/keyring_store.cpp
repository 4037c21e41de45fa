#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstdlib>
#include <utility>

#include <vkxx/auth/keyring_store.hpp>

#include "auth/signatures/signature_errors.hpp"
#include "auth/stores/libsecret.hpp"
#include "auth/stores/private_file.hpp"
#include "auth/tokens/profile_name.hpp"

namespace vkxx::auth {
namespace {

namespace json = boost::json;

// The entry that lists the names of the others; no profile name begins with a dot.
constexpr const char* index_entry = ".profiles";
// Written and removed to see whether the keyring takes entries.
constexpr const char* trial_entry = ".trial";

class held_lock final : public store_lock {
 public:
  explicit held_lock(detail::file_lock lock) noexcept : lock_{std::move(lock)} {}

 private:
  detail::file_lock lock_;
};

// A keyring has no locks, so a file in the user's session folder is locked instead.
result<std::string> lock_path(const std::string& name) {
  const char* folder = std::getenv("XDG_RUNTIME_DIR");
  if (folder == nullptr || *folder == '\0') {
    return detail::malformed(
        "the keyring belongs to a desktop session, and there is none: "
        "XDG_RUNTIME_DIR is not set");
  }
  return std::string{folder} + "/vkxx-keyring-" + name + ".lock";
}

std::vector<std::string> names_in(const secret& index) {
  boost::system::error_code failure;
  const auto parsed = json::parse(index.expose(), failure);
  std::vector<std::string> names;
  if (failure || !parsed.is_array()) return names;
  for (const auto& item : parsed.get_array()) {
    if (const auto* name = item.if_string()) names.emplace_back(name->c_str());
  }
  return names;
}

class keyring_store final : public token_store {
 public:
  result<std::optional<access_token>> load(const std::string& profile) override {
    if (const auto name = detail::check_profile_name(profile); !name) return name.error();
    const auto keyring = detail::libsecret::load();
    if (!keyring) return keyring.error();
    const auto text = (*keyring)->look_up(profile);
    if (!text) return text.error();
    if (text->empty()) return std::optional<access_token>{};
    auto token = access_token::from_json(text->expose());
    if (!token) return token.error();
    return std::optional{std::move(*token)};
  }

  result<void> save(const std::string& profile, const access_token& token) override {
    if (const auto name = detail::check_profile_name(profile); !name) return name.error();
    const auto keyring = detail::libsecret::load();
    if (!keyring) return keyring.error();
    if (auto put = (*keyring)->put(profile, secret{token.to_json()}); !put) return put;
    return change_index(**keyring, [&](std::vector<std::string>& names) {
      if (std::ranges::find(names, profile) == names.end()) names.push_back(profile);
    });
  }

  result<void> can_save(const std::string& profile, const access_token& sample) override {
    if (const auto name = detail::check_profile_name(profile); !name) return name.error();
    const auto keyring = detail::libsecret::load();
    if (!keyring) return keyring.error();
    if (auto put = (*keyring)->put(trial_entry, secret{sample.to_json()}); !put) return put;
    return (*keyring)->clear(trial_entry);
  }

  result<void> remove(const std::string& profile) override {
    if (const auto name = detail::check_profile_name(profile); !name) return name.error();
    const auto keyring = detail::libsecret::load();
    if (!keyring) return keyring.error();
    if (auto cleared = (*keyring)->clear(profile); !cleared) return cleared;
    return change_index(**keyring,
                        [&](std::vector<std::string>& names) { std::erase(names, profile); });
  }

  result<std::vector<std::string>> profiles() override {
    const auto keyring = detail::libsecret::load();
    if (!keyring) return keyring.error();
    const auto index = (*keyring)->look_up(index_entry);
    if (!index) return index.error();
    auto names = names_in(*index);
    std::ranges::sort(names);
    return names;
  }

  result<std::unique_ptr<store_lock>> try_lock(const std::string& profile) override {
    if (const auto name = detail::check_profile_name(profile); !name) return name.error();
    auto taken = lock(profile, false);
    if (!taken) return taken.error();
    if (!*taken) return std::unique_ptr<store_lock>{};
    return std::unique_ptr<store_lock>{std::make_unique<held_lock>(std::move(**taken))};
  }

 private:
  static result<std::optional<detail::file_lock>> lock(const std::string& name, bool wait) {
    const auto path = lock_path(name);
    if (!path) return path.error();
    return detail::file_lock::take(*path, wait);
  }

  template <class Change>
  static result<void> change_index(const detail::libsecret& keyring, const Change& change) {
    const auto alone = lock(index_entry, true);
    if (!alone) return alone.error();
    const auto index = keyring.look_up(index_entry);
    if (!index) return index.error();
    auto names = names_in(*index);
    const auto before = names;
    change(names);
    if (names == before) return {};
    return keyring.put(index_entry,
                       secret{json::serialize(json::array(names.begin(), names.end()))});
  }
};

}  // namespace

std::shared_ptr<token_store> make_keyring_store() {
  return std::make_shared<keyring_store>();
}

}  // namespace vkxx::auth
