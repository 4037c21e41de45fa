/// @file
/// Tokens in the desktop's keyring.
#pragma once

#include <memory>

#include <vkxx/auth/token_store.hpp>

namespace vkxx::auth {

/// Keeps tokens in the desktop's keyring (GNOME Keyring, KWallet and whatever else offers the
/// Secret Service), each profile as an entry "vkxx: PROFILE". It is encrypted with the password of
/// the person's session, so no key is needed; the desktop may ask to unlock it, and that wait has
/// no limit.
///
/// libsecret is loaded when it is first needed; the store can be made anywhere, and where there is
/// no libsecret or no keyring its functions fail with `errc::invalid_argument` and say so.
[[nodiscard]] std::shared_ptr<token_store> make_keyring_store();

}  // namespace vkxx::auth
