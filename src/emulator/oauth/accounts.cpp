#include "emulator/oauth/accounts.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "emulator/world/world.hpp"

namespace vkxx::emulation {
namespace {

struct branch_text {
  login_branch branch;
  std::string_view name;
  std::string_view about;
};

constexpr std::array branches{
    branch_text{login_branch::plain, "plain", "Goes through."},
    branch_text{login_branch::captcha, "captcha", "A captcha, until an answer is right."},
    branch_text{login_branch::captcha_page, "captcha_page",
                "By /token the newer captcha with a page; on the web a picture."},
    branch_text{login_branch::code_by_app, "code_by_app",
                "A code of the app; by SMS when asked for."},
    branch_text{login_branch::code_by_sms, "code_by_sms", "A code by SMS."},
    branch_text{login_branch::code_on_demand, "code_on_demand",
                "A code by SMS, which has to be asked for."},
    branch_text{login_branch::code_and_captcha, "code_and_captcha",
                "A code of the app, and a captcha with it."},
    branch_text{login_branch::phone, "phone",
                "A page asks for the missing digits of the phone number."},
    branch_text{login_branch::unconfirmed, "unconfirmed", "A page with a link to follow."},
    branch_text{login_branch::nowhere, "nowhere",
                "By /token a validation without a page; on the web it goes through."},
    branch_text{login_branch::too_many_tries, "too_many_tries", "Refused: too many tries."},
    branch_text{login_branch::flood, "flood", "Refused by flood control."},
    branch_text{login_branch::banned, "banned", "Refused: the account is blocked."},
    branch_text{login_branch::with_secret, "with_secret", "Goes through; the token has a secret."},
    branch_text{login_branch::not_json, "not_json",
                "By /token a page instead of JSON; on the web HTTP 502."},
};

account known(std::string_view name, login_branch branch, std::int64_t user) {
  account created{std::string{name} + "@emulator.test"};
  created.branch(branch).user(user);
  return created;
}

}  // namespace

std::string_view to_string(login_branch branch) noexcept {
  const auto* found = std::ranges::find(branches, branch, &branch_text::branch);
  return found == branches.end() ? std::string_view{} : found->name;
}

std::optional<login_branch> find_login_branch(std::string_view name) noexcept {
  const auto* found = std::ranges::find(branches, name, &branch_text::name);
  if (found == branches.end()) return std::nullopt;
  return found->branch;
}

account::account(std::string login) : login_{std::move(login)} {}

account& account::password(std::string text) {
  password_ = std::move(text);
  return *this;
}

account& account::branch(login_branch result) noexcept {
  branch_ = result;
  return *this;
}

account& account::user(std::int64_t id) noexcept {
  user_ = id;
  return *this;
}

account& account::phone(std::string number) {
  if (number.size() < 5) throw std::invalid_argument{"account: the phone number is too short"};
  phone_ = std::move(number);
  return *this;
}

std::string account::phone_digits() const {
  return phone_.substr(2, phone_.size() - 4);
}

}  // namespace vkxx::emulation

namespace vkxx::emulation::detail {
namespace {

// The ids and secrets that VK's own programs ship and other clients use (Android, iPhone,
// iPad, Windows, Windows Phone, VK Messenger), VK Admin's, and one of our own.
constexpr std::array clients{
    oauth_client{"777", "emulator-test-secret", true},
    oauth_client{"2274003", "hHbZxrka2uZ6jB1inYsH", true},
    oauth_client{"3140623", "VeWdmVclDCtn6ihuP1nt", true},
    oauth_client{"3682744", "mY6CDUswIVdJLCD3j15n", true},
    oauth_client{"3697615", "AlVXZFMUqyrnABp8ncuU", true},
    oauth_client{"3502557", "PEObAuQi6KloPM4T30DV", true},
    oauth_client{"6146827", "qVxWRF1CwHERuIrKBnqe", true},
    oauth_client{"6222115", "emulator-desktop-secret", false},
    oauth_client{"6121396", "emulator-admin-secret", false},
};

}  // namespace

std::string_view about(login_branch branch) noexcept {
  const auto* found = std::ranges::find(branches, branch, &branch_text::branch);
  return found == branches.end() ? std::string_view{} : found->about;
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

void account_book::keep_users(const world& state) {
  std::erase_if(accounts_, [&state](const account& entry) {
    return state.find_person(entry.user()) == nullptr;
  });
}

const account* account_book::find(std::string_view login) const noexcept {
  const auto found = std::ranges::find(accounts_, login, &account::login);
  return found == accounts_.end() ? nullptr : &*found;
}

const oauth_client* find_client(std::string_view id) noexcept {
  const auto* found = std::ranges::find(clients, id, &oauth_client::id);
  return found == clients.end() ? nullptr : found;
}

}  // namespace vkxx::emulation::detail
