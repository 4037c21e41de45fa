/// @file
/// Stores tokens between runs, by profile name.
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

/// A lock on a profile, released by the destructor.
class store_lock {
 public:
  store_lock() = default;
  store_lock(const store_lock&) = delete;
  store_lock& operator=(const store_lock&) = delete;
  virtual ~store_lock() = default;
};

/// Keeps tokens by profile name: 1 to 64 letters, digits, `.`, `_` and `-`.
///
/// The functions may block on disk I/O. Errors are `errc::invalid_argument` (an unusable name,
/// path, key or file; the text says what to do) and never contain a secret.
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
  /// Replaces the profile's token. After an error the old one is still stored.
  [[nodiscard]] virtual result<void> save(const std::string& profile,
                                          const access_token& token) = 0;
  /// Whether `save` of a token like `sample` would succeed now, as far as that can be determined
  /// without changing the stored token: the place is writable and has enough space. Called before a
  /// refresh token is spent. Unless overridden: yes.
  [[nodiscard]] virtual result<void> can_save(const std::string& profile,
                                              const access_token& sample);
  /// Removes the profile; no error if it does not exist.
  [[nodiscard]] virtual result<void> remove(const std::string& profile) = 0;
  /// The names, sorted.
  [[nodiscard]] virtual result<std::vector<std::string>> profiles() = 0;

  /// Acquires the exclusive right to refresh the profile's token among all users of the store,
  /// other processes included; null while somebody else has it. Loading and saving do not need it.
  [[nodiscard]] virtual result<std::unique_ptr<store_lock>> try_lock(
      const std::string& profile) = 0;

 private:
  friend class detail::unsaved_tokens;

  std::shared_ptr<detail::unsaved_tokens> unsaved_;
};

/// Stores tokens in memory, for the lifetime of the process.
[[nodiscard]] std::shared_ptr<token_store> make_memory_store();

/// The key that encrypts a token file.
class store_key {
 public:
  /// A person's passphrase: the key is derived by scrypt, which takes some 50 ms for each load and
  /// save.
  [[nodiscard]] static store_key passphrase(secret text);
  /// 32 random bytes as 64 hexadecimal digits, as an environment variable may hold them.
  /// Throws `usage_exception` for anything else.
  [[nodiscard]] static store_key raw(const secret& hexadecimal);

  /// Whether `bytes()` is a passphrase.
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
/// The file is refused if anybody but its owner can read or write it. Each change writes a whole
/// temporary file beside it (mode 0600), syncs and renames it, so that a crash leaves either the
/// old or the new file. Several processes may use it: changes are serialized by a lock on
/// `<path>.lock`. The folder must exist.
[[nodiscard]] std::shared_ptr<token_store> make_file_store(std::string path, store_key key);

}  // namespace vkxx::auth
