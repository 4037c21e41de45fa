/// @file
/// Launch parameters of mini apps and games: who opened the app, as VK signed it.
/// https://dev.vk.com/mini-apps/development/launch-params-sign
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/auth/signed_fields.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::auth {

/// Checks launch parameters with the app's protected key.
///
/// ```cpp
/// vkxx::auth::launch_verifier verifier{vkxx::secret{std::getenv("VK_APP_SECRET")}};
/// auto launch = verifier.verify(request_target);   // "/?vk_user_id=…&sign=…"
/// if (launch) greet(launch->number("vk_user_id"));
/// ```
///
/// Supports both rules of VK: without `sign_keys` every `vk_*` parameter is signed (mini apps);
/// with it, the listed parameters are (games, and mini apps by newer documentation). Then the list
/// must name the user and the app, since it comes from the address itself. Only signed parameters
/// are returned.
///
/// Thread safety: safe to share while nobody changes the settings.
class launch_verifier {
 public:
  /// `protected_key`: of the app's settings. Must not be empty; `verify` then refuses everything.
  explicit launch_verifier(secret protected_key);

  /// The maximum age by `vk_ts` (of games also `timestamp`); one day by default. Parameters without
  /// a time are refused. `std::nullopt`: no limit; less than 0 counts as 0.
  launch_verifier& max_age(std::optional<std::chrono::seconds> limit) noexcept;
  /// Allows a signed name to occur more than once; its values are then signed in their order, and
  /// `find` returns the first. Off by default: VK sends no such address, and different readers pick
  /// different values.
  launch_verifier& allow_repeated_names(bool on = true) noexcept;

  /// `text`: the address of the app's page, or its query with or without `?`.
  ///
  /// Errors: `errc::invalid_argument` for a malformed or incomplete text;
  /// `errc::authorization_failed` for a wrong signature, or parameters that are too old or from the
  /// future. Compares in constant time; error texts contain no values.
  [[nodiscard]] result<signed_fields> verify(
      std::string_view text, wall_time now = std::chrono::system_clock::now()) const;

 private:
  secret protected_key_;
  std::optional<std::chrono::seconds> max_age_ = std::chrono::hours{24};
  bool repeated_names_ = false;
};

/// Signs launch parameters as VK does. Only for tests of a program that checks them, since only VK
/// knows who opens an app.
///
/// ```cpp
/// auto query = vkxx::auth::sign_launch_params("vk_user_id=1&vk_app_id=2&vk_ts=1700000000", key);
/// ```
///
/// `query`: without `?` and `sign`. With `sign_keys` in it the listed parameters are signed, else
/// every `vk_*` parameter. Returns `query` with `&sign=…` behind it.
///
/// Throws `usage_exception` for an empty key, a malformed query, and one that has a `sign`.
[[nodiscard]] std::string sign_launch_params(std::string_view query, const secret& protected_key);

/// Checks the older signature of games: `auth_key = md5(api_id + "_" + viewer_id + "_" + key)`.
/// VK announces its end in favour of `sign`: prefer `launch_verifier`.
[[nodiscard]] bool verify_game_auth_key(std::string_view api_id, std::string_view viewer_id,
                                        std::string_view auth_key, const secret& protected_key);

}  // namespace vkxx::auth
