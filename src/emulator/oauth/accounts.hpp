/// @file
/// The accounts and applications of the emulator.
#pragma once

#include <deque>
#include <string_view>

#include <vkxx/emulator/account.hpp>

namespace vkxx::emulation::detail {

class world;

/// The accounts of an emulator. Pure state.
class account_book {
 public:
  /// The initial accounts: one for every branch of a login.
  account_book();

  /// Replaces the one with the same login, if there is one.
  void add(account value);
  /// Forgets the accounts of users who do not exist.
  void keep_users(const world& state);
  /// Null if there is none.
  [[nodiscard]] const account* find(std::string_view login) const noexcept;
  [[nodiscard]] const std::deque<account>& all() const noexcept { return accounts_; }

 private:
  std::deque<account> accounts_;
};

/// The branch in one sentence.
[[nodiscard]] std::string_view about(login_branch branch) noexcept;

struct oauth_client {
  std::string_view id;
  std::string_view secret;
  bool password_grant;  ///< VK has approved it for logins with a password.
};

/// Null if there is none.
[[nodiscard]] const oauth_client* find_client(std::string_view id) noexcept;

}  // namespace vkxx::emulation::detail
