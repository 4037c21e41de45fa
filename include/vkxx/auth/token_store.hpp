/// @file
/// Where tokens are kept between runs, by the name of a profile.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <vkxx/auth/access_token.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx::auth {

namespace detail {
class unsaved_tokens;
}

/// Holds what it locked until it is destroyed.
class store_lock {
 public:
  store_lock() = default;
  store_lock(const store_lock&) = delete;
  store_lock& operator=(const store_lock&) = delete;
  virtual ~store_lock() = default;
};

/// Keeps tokens by profile name: 1 to 64 letters, digits, `.`, `_` and `-`.
///
/// The functions may read and write a disk, and do it at once, without suspending. Errors are
/// `errc::invalid_argument` (a name, a path, a key, a file that cannot be used; the text says what
/// to do) and never hold a secret.
///
/// New tokens that `save` rejects outlive their source with the store object: the next source over
/// the same object uses them, and saves them again.
///
/// Thread safety: implementations must be safe to share.
class token_store {
 public:
  token_store();
  token_store(const token_store&) = delete;
  token_store& operator=(const token_store&) = delete;
  virtual ~token_store();

  /// The profile's token; nothing if there is no such profile.
  [[nodiscard]] virtual result<std::optional<access_token>> load(const std::string& profile) = 0;
  /// Puts the token in the place of the profile's present one. After an error the old one stands.
  [[nodiscard]] virtual result<void> save(const std::string& profile,
                                          const access_token& token) = 0;
  /// Whether `save` of a token like `sample` would succeed now, as far as that can be found out
  /// without changing what is kept: the place can be written, and has space for it. Asked before a
  /// refresh token is spent. Unless overridden: yes.
  [[nodiscard]] virtual result<void> can_save(const std::string& profile,
                                              const access_token& sample);
  /// Forgets the profile; an unknown one is no error.
  [[nodiscard]] virtual result<void> remove(const std::string& profile) = 0;
  /// The names, sorted.
  [[nodiscard]] virtual result<std::vector<std::string>> profiles() = 0;

  /// The right to refresh the profile's token, against all other users of the store, other
  /// processes included; nothing while somebody else has it. Loading and saving need no such right.
  [[nodiscard]] virtual result<std::unique_ptr<store_lock>> try_lock(
      const std::string& profile) = 0;

 private:
  friend class detail::unsaved_tokens;

  std::shared_ptr<detail::unsaved_tokens> unsaved_;
};

/// Keeps tokens as long as the process lives.
[[nodiscard]] std::shared_ptr<token_store> make_memory_store();

/// What a token file is encrypted with.
class store_key {
 public:
  /// Of a person: the key is derived by scrypt, which takes some 50 ms for each load and save.
  [[nodiscard]] static store_key passphrase(secret text);
  /// 32 random bytes as 64 hexadecimal digits, as an environment variable may hold them.
  /// Throws `usage_exception` for anything else.
  [[nodiscard]] static store_key raw(const secret& hexadecimal);

  /// Whether a key is yet to be derived from `bytes()`.
  [[nodiscard]] bool is_passphrase() const noexcept { return is_passphrase_; }
  /// The passphrase, or the 32 bytes of the key.
  [[nodiscard]] const secret& bytes() const noexcept { return bytes_; }

 private:
  store_key(bool is_passphrase, secret bytes) noexcept;

  bool is_passphrase_;
  secret bytes_;
};

/// Keeps tokens in one file, encrypted by AES-256-GCM.
///
/// The file is refused if others than its owner can read or write it. It is written whole to a
/// temporary beside it (mode 0600), synced and renamed, so that a crash leaves either the old or
/// the new one. Several processes may use it: changes are made one after another under a lock on
/// `<path>.lock`. The folder must exist.
[[nodiscard]] std::shared_ptr<token_store> make_file_store(std::string path, store_key key);

}  // namespace vkxx::auth
