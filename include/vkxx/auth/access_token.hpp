/// @file
/// A token with everything that VK said of it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/auth/signed_fields.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::auth {

/// What an authentication flow yields. A value; every field that VK did not give is empty.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class access_token {
 public:
  access_token();
  /// Just the token; all else is empty.
  explicit access_token(secret text);

  /// The token itself. Empty for communities' tokens, which are in `communities`.
  secret text;
  /// The communities' tokens by the communities' ids (positive).
  std::map<std::int64_t, secret> communities;
  /// Which of them calls take that name no community; nothing: the one with the lowest id.
  std::optional<std::int64_t> first_community;
  /// Whose the token is; nothing: a community's or an app's.
  std::optional<std::int64_t> user_id;
  /// When it ends; nothing: never.
  std::optional<wall_time> expires_at;
  /// When VK gave it; nothing: not known. With `expires_at` it tells how long the token lives.
  std::optional<wall_time> obtained_at;
  /// As VK wrote it: names, or a mask.
  std::string scope;
  /// The user's mail address, if `scope` had `email` in it.
  std::string email;
  /// The key that signs calls over http, of tokens of the `nohttps` kind.
  secret signing_secret;
  /// Of VK ID: gets the next token; changes with every use.
  secret refresh_token;
  /// Of VK ID: a signed statement of who the user is (JWT).
  secret id_token;
  /// Of VK ID: needed for every later request about this token.
  std::string device_id;
  /// Of VK ID: the app that the token was given to; a refresh has to name it.
  std::string client_id;

  /// Sets `obtained_at` and, from VK's `expires_in`, `expires_at`. 0 (and what is no lifetime)
  /// stands for a token that never ends.
  void lives_for(std::int64_t expires_in, wall_time now);
  /// Whether the token is of no use any more at `moment`.
  [[nodiscard]] bool expired(wall_time moment) const noexcept;

  /// As JSON, with the secrets in clear: to be encrypted, not shown.
  [[nodiscard]] std::string to_json() const;
  /// Reads what `to_json` wrote. Error: `errc::invalid_argument`, saying what is wrong.
  [[nodiscard]] static result<access_token> from_json(std::string_view json);

  [[nodiscard]] friend bool operator==(const access_token&, const access_token&) = default;
};

}  // namespace vkxx::auth
