#include "session/profile.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vkxx/auth/flow.hpp>
#include <vkxx/auth/keyring_store.hpp>
#include <vkxx/auth/vk_id.hpp>
#include <vkxx/core/exception.hpp>

#include "command_line/usage_failure.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

constexpr const char* profile_help = "vkxx login --help";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

std::filesystem::path settings_folder() {
  if (auto folder = variable("XDG_CONFIG_HOME"); !folder.empty()) return folder;
  if (auto home = variable("HOME"); !home.empty()) return std::filesystem::path{home} / ".config";
  throw usage_failure{
      "there is no folder for tokens: neither --tokens nor VKXX_TOKENS, "
      "XDG_CONFIG_HOME or HOME is set",
      profile_help};
}

bool uses_keyring(const profile_options& options) {
  return options.tokens.value_or(variable("VKXX_TOKENS")) == "keyring:";
}

// A new folder is accessible only to the user.
void make_folder_of(const std::filesystem::path& file) {
  const auto folder = file.parent_path();
  if (folder.empty() || std::filesystem::exists(folder)) return;
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (!failure) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failure);
  }
  if (failure) {
    throw usage_failure{fmt::format("the folder {} cannot be created: {}",
                                    printable(folder.string()), failure.message()),
                        profile_help};
  }
}

auth::store_key prompted_key(bool is_new, auth::prompter& person) {
  auto typed = person.ask_secretly(is_new ? "New passphrase for the token file: "
                                          : "Passphrase of the token file: ");
  if (!typed || typed->empty()) {
    throw usage_failure{
        "the token file needs a passphrase; scripts set "
        "VKXX_TOKENS_PASSPHRASE, or a key in VKXX_TOKENS_KEY",
        profile_help};
  }
  if (is_new && person.ask_secretly("Repeat the passphrase: ") != typed) {
    throw usage_failure{"the two passphrases differ; nothing was written", profile_help};
  }
  return auth::store_key::passphrase(secret{std::move(*typed)});
}

auth::store_key key_for(const std::string& path, auth::prompter& person) {
  if (auto key = variable("VKXX_TOKENS_KEY"); !key.empty()) {
    return auth::store_key::raw(secret{std::move(key)});
  }
  if (auto passphrase = variable("VKXX_TOKENS_PASSPHRASE"); !passphrase.empty()) {
    return auth::store_key::passphrase(secret{std::move(passphrase)});
  }
  return prompted_key(!std::filesystem::exists(path), person);
}

// Not a usage error: the command line is valid, the token is missing.
auth_exception no_token(std::string message) {
  return auth_exception{
      error{errc::authorization_failed, request_effect::not_sent, std::move(message)}};
}

// Cannot log in, which needs a user: it can only refresh a stored token.
class stored_login final : public auth::flow {
 public:
  explicit stored_login(std::string profile) : profile_{std::move(profile)} {}

  [[nodiscard]] asio::awaitable<result<auth::access_token>> log_in(
      token_environment) const override {
    co_return error{errc::authorization_failed, request_effect::not_sent,
                    "the token of the profile `" + profile_ +
                        "` has expired: log in again with vkxx login --profile " + profile_};
  }

  [[nodiscard]] bool refreshable(const auth::access_token& token) const override {
    return !token.refresh_token.empty();
  }

  [[nodiscard]] asio::awaitable<result<auth::access_token>> refresh(
      auth::access_token old, token_environment environment) const override {
    const auth::vk_id app{old.client_id, {}};
    return app.refresh(std::move(old), std::move(environment));
  }

 private:
  std::string profile_;
};

}  // namespace

std::string profile_name(const profile_options& options) {
  return options.profile.value_or("default");
}

std::string tokens_path(const profile_options& options) {
  if (options.tokens) {
    if (options.tokens->empty()) throw usage_failure{"--tokens is empty", profile_help};
    return *options.tokens;
  }
  if (auto path = variable("VKXX_TOKENS"); !path.empty()) return path;
  return (settings_folder() / "vkxx" / "tokens").string();
}

bool has_profiles(const profile_options& options) {
  if (uses_keyring(options)) return true;
  const bool has_path = options.tokens || !variable("VKXX_TOKENS").empty() ||
                        !variable("XDG_CONFIG_HOME").empty() || !variable("HOME").empty();
  return has_path && std::filesystem::exists(tokens_path(options));
}

std::shared_ptr<auth::token_store> open_profiles(const profile_options& options,
                                                 auth::prompter& person) {
  if (uses_keyring(options)) return auth::make_keyring_store();
  const auto path = tokens_path(options);
  auto key = key_for(path, person);
  make_folder_of(path);
  return auth::make_file_store(path, std::move(key));
}

std::shared_ptr<auth::token_store> present_profiles(const profile_options& options,
                                                    auth::prompter& person) {
  if (has_profiles(options)) return open_profiles(options, person);
  throw no_token(fmt::format("nobody has logged in yet: there is no file {} ({})",
                             printable(tokens_path(options)), profile_help));
}

auth::access_token token_of(const profile_options& options, auth::token_store& store) {
  auto token = store.load(profile_name(options)).value();
  if (token) return std::move(*token);
  throw no_token(fmt::format("there is no profile {}; vkxx profiles lists those that are ({})",
                             printable(profile_name(options)), profile_help));
}

std::shared_ptr<token_source> profile_source(const profile_options& options,
                                             std::shared_ptr<auth::token_store> store) {
  const auto name = profile_name(options);
  auth::source_options source;
  source.store(std::move(store), name);
  return auth::make_token_source(std::make_shared<stored_login>(name), std::move(source));
}

std::string description_of(const auth::access_token& token) {
  std::string text;
  if (token.user_id) text += fmt::format("user {}", *token.user_id);
  for (const auto& [id, ignored] : token.communities) {
    text += fmt::format("{}community {}", text.empty() ? "" : ", ", id);
  }
  if (text.empty()) text = "a token of unknown owner";
  if (!token.scope.empty()) text += ", rights " + printable(token.scope);
  if (!token.expires_at) return text + ", does not expire";
  const auto end = std::chrono::floor<std::chrono::seconds>(*token.expires_at);
  text += fmt::format(", until {:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(end));
  if (!token.refresh_token.empty()) text += ", refreshes itself";
  return text;
}

boost::json::object profile_json(const std::string& name, const auth::access_token& token) {
  boost::json::object known{{"profile", name}};
  known["user_id"] = nullptr;
  if (token.user_id) known["user_id"] = *token.user_id;
  auto& communities = known["community_ids"].emplace_array();
  for (const auto& [id, ignored] : token.communities) communities.push_back(id);
  known["scope"] = token.scope;
  known["expires_at"] = nullptr;
  if (token.expires_at) {
    const auto end = std::chrono::floor<std::chrono::seconds>(*token.expires_at);
    known["expires_at"] = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(end));
  }
  known["refreshable"] = !token.refresh_token.empty();
  return known;
}

}  // namespace vkxx::cli
