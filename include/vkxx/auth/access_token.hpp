/// @file
/// A token and its facts.
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

/// The result of an authentication flow. A value class; fields that VK did not send are empty.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class access_token {
 public:
  access_token();
  /// The token only; all other fields are empty.
  explicit access_token(secret text);

  /// The token itself. Empty for communities' tokens, which are in `communities`.
  secret text;
  /// The communities' tokens by the communities' ids (positive).
  std::map<std::int64_t, secret> communities;
  /// The community whose token calls without a `group_id` use; nothing: the one with the lowest id.
  std::optional<std::int64_t> first_community;
  /// The user whose token this is; nothing: the token of a community or an app.
  std::optional<std::int64_t> user_id;
  /// When it expires; nothing: never.
  std::optional<wall_time> expires_at;
  /// When VK issued it; nothing: unknown. Determines the token's lifetime together with
  /// `expires_at`.
  std::optional<wall_time> obtained_at;
  /// As VK wrote it: names, or a mask.
  std::string scope;
  /// The user's e-mail address, if `scope` included `email`.
  std::string email;
  /// The key that signs calls over http, of tokens of the `nohttps` kind.
  secret signing_secret;
  /// Of VK ID: the refresh token; changes with every use.
  secret refresh_token;
  /// Of VK ID: a signed statement of who the user is (JWT).
  secret id_token;
  /// Of VK ID: needed for every later request about this token.
  std::string device_id;
  /// Of VK ID: the app that the token was issued to; a refresh must name it.
  std::string client_id;

  /// Sets `obtained_at` and, from VK's `expires_in`, `expires_at`. 0 or a negative value: the token
  /// never expires.
  void lives_for(std::int64_t expires_in, wall_time now);
  /// Whether the token has expired at `moment`.
  [[nodiscard]] bool expired(wall_time moment) const noexcept;

  /// The token as JSON with its secrets in clear text: encrypt it, do not show it.
  [[nodiscard]] std::string to_json() const;
  /// Reads what `to_json` wrote. Error: `errc::invalid_argument`, saying what is wrong.
  [[nodiscard]] static result<access_token> from_json(std::string_view json);

  [[nodiscard]] friend bool operator==(const access_token&, const access_token&) = default;
};

}  // namespace vkxx::auth
