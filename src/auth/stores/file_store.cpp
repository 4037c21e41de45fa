#include "auth/stores/file_store.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <map>

#include <vkxx/core/behind_links.hpp>

#include "auth/signatures/signature_errors.hpp"
#include "auth/stores/sealed_text.hpp"
#include "auth/tokens/profile_name.hpp"

namespace vkxx::auth {

using namespace detail;
namespace {

using token_map = std::map<std::string, access_token>;

result<token_map> read_tokens(std::string_view json) {
  boost::system::error_code failure;
  const auto value = boost::json::parse({json.data(), json.size()}, failure);
  if (failure || !value.is_object()) return malformed("the token file holds no profiles");
  token_map tokens;
  for (const auto& [name, held] : value.get_object()) {
    auto token = access_token::from_json(boost::json::serialize(held));
    if (!token) return token.error();
    tokens.emplace(std::string{name.data(), name.size()}, std::move(*token));
  }
  return tokens;
}

std::string write_tokens(const token_map& tokens) {
  boost::json::object object;
  for (const auto& [name, token] : tokens) object[name] = boost::json::parse(token.to_json());
  return boost::json::serialize(object);
}

class refresh_lock final : public store_lock {
 public:
  explicit refresh_lock(file_lock lock) : lock_{std::move(lock)} {}

 private:
  file_lock lock_;
};

class file_store final : public token_store {
 public:
  file_store(const std::string& path, store_key key, step_observer observe)
      : path_{behind_links(path)}, key_{std::move(key)}, observe_{std::move(observe)} {}

  result<std::optional<access_token>> load(const std::string& profile) override {
    if (const auto name = check_profile_name(profile); !name) return name.error();
    auto tokens = read();
    if (!tokens) return tokens.error();
    const auto found = tokens->find(profile);
    if (found == tokens->end()) return std::optional<access_token>{};
    return std::optional{std::move(found->second)};
  }

  result<void> save(const std::string& profile, const access_token& token) override {
    return change(profile, [&](token_map& tokens) { tokens[profile] = token; });
  }

  result<void> can_save(const std::string& profile, const access_token& sample) override {
    if (const auto sound = check(profile); !sound) return sound.error();
    const auto lock = file_lock::take(path_ + ".lock", true);
    if (!lock) return lock.error();
    auto tokens = read();
    if (!tokens) return tokens.error();
    (*tokens)[profile] = sample;
    const secret json{write_tokens(*tokens)};
    // The next token may be longer than this one.
    constexpr std::size_t margin = 4096;
    return rehearse_private_file(path_, seal(json.expose(), key_).size() + margin);
  }

  result<void> remove(const std::string& profile) override {
    return change(profile, [&](token_map& tokens) { tokens.erase(profile); });
  }

  result<std::vector<std::string>> profiles() override {
    const auto tokens = read();
    if (!tokens) return tokens.error();
    std::vector<std::string> names;
    for (const auto& [name, token] : *tokens) names.push_back(name);
    return names;
  }

  result<std::unique_ptr<store_lock>> try_lock(const std::string& profile) override {
    if (const auto sound = check(profile); !sound) return sound.error();
    auto lock = file_lock::take(path_ + "." + profile + ".lock", false);
    if (!lock) return lock.error();
    if (!*lock) return std::unique_ptr<store_lock>{};
    return std::unique_ptr<store_lock>{std::make_unique<refresh_lock>(std::move(**lock))};
  }

 private:
  result<token_map> read() {
    auto sealed = read_private_file(path_);
    if (!sealed) return sealed.error();
    if (!*sealed) return token_map{};
    auto json = unseal(**sealed, key_);
    if (!json) return json.error();
    const secret held{std::move(*json)};
    return read_tokens(held.expose());
  }

  [[nodiscard]] result<void> check(const std::string& profile) const {
    if (path_.empty()) return malformed("the path of the token file is empty");
    return check_profile_name(profile);
  }

  template <class Change>
  result<void> change(const std::string& profile, Change apply) {
    if (const auto sound = check(profile); !sound) return sound.error();
    const auto lock = file_lock::take(path_ + ".lock", true);
    if (!lock) return lock.error();
    auto tokens = read();
    if (!tokens) return tokens.error();
    apply(*tokens);
    const secret json{write_tokens(*tokens)};
    return replace_private_file(path_, seal(json.expose(), key_), observe_);
  }

  std::string path_;
  store_key key_;
  step_observer observe_;
};

}  // namespace

std::shared_ptr<token_store> make_file_store(std::string path, store_key key) {
  return make_file_store(std::move(path), std::move(key), {});
}

}  // namespace vkxx::auth

namespace vkxx::auth::detail {

std::shared_ptr<token_store> make_file_store(std::string path, store_key key,
                                             step_observer observe) {
  return std::make_shared<file_store>(path, std::move(key), std::move(observe));
}

}  // namespace vkxx::auth::detail
