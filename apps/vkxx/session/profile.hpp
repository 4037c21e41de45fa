/// @file
/// Tokens that are kept between runs, by the name of a profile.
#pragma once

#include <boost/json/fwd.hpp>
#include <memory>
#include <string>

#include <vkxx/auth/prompter.hpp>
#include <vkxx/auth/token_store.hpp>
#include <vkxx/client/token_source.hpp>

#include "commands/commands.hpp"

namespace vkxx::cli {

/// The profile that is meant: `--profile`, else `default`.
[[nodiscard]] std::string profile_name(const profile_options& what);

/// The file of the tokens: `--tokens`, else `$VKXX_TOKENS`, else `vkxx/tokens` in the user's folder
/// of settings. Throws `usage_failure` if there is no such folder.
[[nodiscard]] std::string tokens_path(const profile_options& what);

/// Whether that file is there; the keyring always is.
[[nodiscard]] bool has_profiles(const profile_options& what);

/// The store in that file, its folder made if it is missing; the path `keyring:` is the desktop's
/// keyring. Its key is that of
/// `$VKXX_TOKENS_KEY`, else made of `$VKXX_TOKENS_PASSPHRASE`, else of a passphrase that `person`
/// is asked for, twice for a new file. Throws `usage_failure`.
[[nodiscard]] std::shared_ptr<auth::token_store> open_profiles(const profile_options& what,
                                                               auth::prompter& person);

/// The same for a file that has to be there. Throws `usage_failure` if nobody has logged in yet.
[[nodiscard]] std::shared_ptr<auth::token_store> present_profiles(const profile_options& what,
                                                                  auth::prompter& person);

/// The profile's token in `store`. Throws `usage_failure` if there is no such profile.
[[nodiscard]] auth::access_token token_of(const profile_options& what, auth::token_store& store);

/// The same for calls: a token of VK ID is refreshed before it ends; of another the end is an error
/// that says how to log in again.
[[nodiscard]] std::shared_ptr<token_source> profile_source(
    const profile_options& what, std::shared_ptr<auth::token_store> store);

/// What a person wants to know of a token, on one line, without the token.
[[nodiscard]] std::string description_of(const auth::access_token& token);

/// The same for a program: `profile`, `user_id` (null: unknown), `community_ids`, `scope`,
/// `expires_at` (RFC 3339; null: it does not end) and `refreshable`.
[[nodiscard]] boost::json::object profile_json(const std::string& name,
                                               const auth::access_token& token);

}  // namespace vkxx::cli
