/// @file
/// Tokens that are stored between runs, by the name of a profile.
#pragma once

#include <boost/json/fwd.hpp>
#include <memory>
#include <string>

#include <vkxx/auth/prompter.hpp>
#include <vkxx/auth/token_store.hpp>
#include <vkxx/client/token_source.hpp>

#include "options/shared_options.hpp"

namespace vkxx::cli {

/// The name of the profile: `--profile`, else `default`.
[[nodiscard]] std::string profile_name(const profile_options& options);

/// The token file: `--tokens`, else `$VKXX_TOKENS`, else `vkxx/tokens` in the user's configuration
/// folder. Throws `usage_failure` if there is no such folder.
[[nodiscard]] std::string tokens_path(const profile_options& options);

/// Whether that file exists; the keyring always does.
[[nodiscard]] bool has_profiles(const profile_options& options);

/// The store in that file, whose folder is created if it is missing; the path `keyring:` is the
/// desktop keyring. The key is `$VKXX_TOKENS_KEY`, else derived from `$VKXX_TOKENS_PASSPHRASE`,
/// else from a passphrase that `person` is prompted for, twice for a new file. Throws
/// `usage_failure`.
[[nodiscard]] std::shared_ptr<auth::token_store> open_profiles(const profile_options& options,
                                                               auth::prompter& person);

/// The same for a file that has to exist. Throws `usage_failure` if nobody has logged in yet.
[[nodiscard]] std::shared_ptr<auth::token_store> present_profiles(const profile_options& options,
                                                                  auth::prompter& person);

/// The profile's token in `store`. Throws `usage_failure` if there is no such profile.
[[nodiscard]] auth::access_token token_of(const profile_options& options, auth::token_store& store);

/// The same for calls: a VK ID token is refreshed before it expires; the expiration of another
/// token is an error that says how to log in again.
[[nodiscard]] std::shared_ptr<token_source> profile_source(
    const profile_options& options, std::shared_ptr<auth::token_store> store);

/// Owner, scope and expiration of a token on one line, without the token.
[[nodiscard]] std::string description_of(const auth::access_token& token);

/// The same as JSON: `profile`, `user_id` (null: unknown), `community_ids`, `scope`,
/// `expires_at` (RFC 3339; null: never) and `refreshable`.
[[nodiscard]] boost::json::object profile_json(const std::string& name,
                                               const auth::access_token& token);

}  // namespace vkxx::cli
