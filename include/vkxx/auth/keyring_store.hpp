/// @file
/// Tokens in the desktop's keyring.
#pragma once

#include <memory>

#include <vkxx/auth/token_store.hpp>

namespace vkxx::auth {

/// Stores tokens in the desktop's keyring (GNOME Keyring, KWallet or another implementation of the
/// Secret Service), each profile as an entry "vkxx: PROFILE". The keyring is encrypted with the
/// password of the user's session, so no key is needed; the desktop may ask to unlock it, and that
/// wait has no limit.
///
/// libsecret is loaded on first use. Creating the store always succeeds; without libsecret or a
/// keyring its functions fail with `errc::invalid_argument` and say so.
[[nodiscard]] std::shared_ptr<token_store> make_keyring_store();

}  // namespace vkxx::auth
