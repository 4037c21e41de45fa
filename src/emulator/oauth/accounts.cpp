#include "emulator/oauth/accounts.hpp"

#include <algorithm>
#include <array>

namespace vkxx::emulation {
namespace {

constexpr std::array accounts{
    account{"plain@emulator.test", login_branch::plain, 1},
    account{"captcha@emulator.test", login_branch::captcha, 2},
    account{"captcha-page@emulator.test", login_branch::captcha_page, 3},
    account{"app@emulator.test", login_branch::code_by_app, 4},
    account{"sms@emulator.test", login_branch::code_by_sms, 5},
    account{"on-demand@emulator.test", login_branch::code_on_demand, 6},
    account{"code-captcha@emulator.test", login_branch::code_and_captcha, 7},
    account{"page@emulator.test", login_branch::page_only, 8},
    account{"tries@emulator.test", login_branch::too_many_tries, 9},
    account{"flood@emulator.test", login_branch::flood, 10},
    account{"secret@emulator.test", login_branch::with_secret, 11},
    account{"banned@emulator.test", login_branch::banned, 13},
    account{"html@emulator.test", login_branch::not_json, 14},
};

// VK's two published ids, and one of our own.
constexpr std::array clients{
    oauth_client{"777", "emulator-test-secret", true},
    oauth_client{"2274003", "hHbZxrka2uZ6jB1inYsH", true},
    oauth_client{"6121396", "emulator-admin-secret", false},
};

}  // namespace

const account* find_account(std::string_view login) noexcept {
  const auto* found = std::ranges::find(accounts, login, &account::login);
  return found == accounts.end() ? nullptr : found;
}

const oauth_client* find_client(std::string_view id) noexcept {
  const auto* found = std::ranges::find(clients, id, &oauth_client::id);
  return found == clients.end() ? nullptr : found;
}

}  // namespace vkxx::emulation
