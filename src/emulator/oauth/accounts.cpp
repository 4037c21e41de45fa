#include "emulator/oauth/accounts.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vkxx::emulation {
namespace {

constexpr std::array branch_names{
    std::pair{login_branch::plain, std::string_view{"plain"}},
    std::pair{login_branch::captcha, std::string_view{"captcha"}},
    std::pair{login_branch::captcha_page, std::string_view{"captcha_page"}},
    std::pair{login_branch::code_by_app, std::string_view{"code_by_app"}},
    std::pair{login_branch::code_by_sms, std::string_view{"code_by_sms"}},
    std::pair{login_branch::code_on_demand, std::string_view{"code_on_demand"}},
    std::pair{login_branch::code_and_captcha, std::string_view{"code_and_captcha"}},
    std::pair{login_branch::phone, std::string_view{"phone"}},
    std::pair{login_branch::unconfirmed, std::string_view{"unconfirmed"}},
    std::pair{login_branch::nowhere, std::string_view{"nowhere"}},
    std::pair{login_branch::too_many_tries, std::string_view{"too_many_tries"}},
    std::pair{login_branch::flood, std::string_view{"flood"}},
    std::pair{login_branch::banned, std::string_view{"banned"}},
    std::pair{login_branch::with_secret, std::string_view{"with_secret"}},
    std::pair{login_branch::not_json, std::string_view{"not_json"}},
};

// VK's two published ids, and one of our own.
constexpr std::array clients{
    oauth_client{"777", "emulator-test-secret", true},
    oauth_client{"2274003", "hHbZxrka2uZ6jB1inYsH", true},
    oauth_client{"6121396", "emulator-admin-secret", false},
};

account known(std::string_view name, login_branch branch, std::int64_t user) {
  account made{std::string{name} + "@emulator.test"};
  made.branch(branch).user(user);
  return made;
}

}  // namespace

std::string_view to_string(login_branch branch) noexcept {
  const auto* found =
      std::ranges::find(branch_names, branch, &std::pair<login_branch, std::string_view>::first);
  return found == branch_names.end() ? std::string_view{} : found->second;
}

std::optional<login_branch> find_login_branch(std::string_view name) noexcept {
  const auto* found =
      std::ranges::find(branch_names, name, &std::pair<login_branch, std::string_view>::second);
  if (found == branch_names.end()) return std::nullopt;
  return found->first;
}

account::account(std::string login) : login_{std::move(login)} {}

account& account::password(std::string text) {
  password_ = std::move(text);
  return *this;
}

account& account::branch(login_branch what) noexcept {
  branch_ = what;
  return *this;
}

account& account::user(std::int64_t id) noexcept {
  user_ = id;
  return *this;
}

account& account::phone(std::string number) {
  phone_ = std::move(number);
  return *this;
}

std::string account::phone_digits() const {
  return phone_.size() <= 4 ? std::string{} : phone_.substr(2, phone_.size() - 4);
}

account_book::account_book() {
  using enum login_branch;
  accounts_ = {
      known("plain", plain, 1),
      known("captcha", captcha, 2),
      known("captcha-page", captcha_page, 3),
      known("app", code_by_app, 4),
      known("sms", code_by_sms, 5),
      known("on-demand", code_on_demand, 6),
      known("code-captcha", code_and_captcha, 7),
      known("page", phone, 8),
      known("unconfirmed", unconfirmed, 2),
      known("nowhere", nowhere, 3),
      known("tries", too_many_tries, 9),
      known("flood", flood, 10),
      known("secret", with_secret, 11),
      known("banned", banned, 13),
      known("html", not_json, 14),
  };
}

void account_book::add(account value) {
  const auto found = std::ranges::find(accounts_, value.login(), &account::login);
  if (found == accounts_.end()) {
    accounts_.push_back(std::move(value));
  } else {
    *found = std::move(value);
  }
}

const account* account_book::find(std::string_view login) const noexcept {
  const auto found = std::ranges::find(accounts_, login, &account::login);
  return found == accounts_.end() ? nullptr : &*found;
}

const oauth_client* find_client(std::string_view id) noexcept {
  const auto* found = std::ranges::find(clients, id, &oauth_client::id);
  return found == clients.end() ? nullptr : found;
}

}  // namespace vkxx::emulation
