/// @file
/// The dialog that ends with a token of a user or of communities in the fragment of an address.
/// Pure state: no I/O, no clock.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <vkxx/emulator/options.hpp>

#include "emulator/oauth/token_desk.hpp"
#include "emulator/web/web_login.hpp"

namespace vkxx::emulation::detail {

/// The reason why a dialog issues no token of this community.
[[nodiscard]] std::string not_an_administrator(std::int64_t community);

class implicit_dialog {
 public:
  implicit_dialog(world& state, account_book& accounts, web_login& logins, token_desk& tokens,
                  page_style& style, const emulator_options& options)
      : state_{state},
        accounts_{accounts},
        logins_{logins},
        tokens_{tokens},
        style_{style},
        random_{options.seed() + 5},
        auto_consent_{options.auto_consent()} {}

  /// The dialog at `/authorize`, with checked parameters: the login form, the consent page, or the
  /// redirect to the token if the user has granted access before.
  [[nodiscard]] answer open(const argument_list& arguments, const std::string& redirect_uri,
                            std::vector<std::int64_t> groups, const http_message& message,
                            const moment& when);
  /// The answer to `/?act=grant_access`, `/auth_redirect`; nothing for other requests.
  [[nodiscard]] std::optional<answer> answer_to(const http_message& message,
                                                const argument_list& arguments, const moment& when);

 private:
  /// An open consent page.
  struct request {
    std::string hash;
    std::string session;
    std::string client;
    std::string redirect_uri;
    std::string scope;
    std::string state;
    std::vector<std::int64_t> groups;
  };

  [[nodiscard]] answer ask(const request& dialog, const web_session& who,
                           const argument_list& arguments, const moment& when);
  [[nodiscard]] answer answered(const http_message& message, const argument_list& arguments,
                                const moment& when);
  [[nodiscard]] answer refuse(const request& dialog, std::string_view description,
                              std::string_view reason, const moment& when);
  [[nodiscard]] answer give(const request& dialog, const web_session& who, const moment& when);
  [[nodiscard]] answer lead_to(const request& dialog, const std::string& target,
                               const moment& when);
  [[nodiscard]] static std::string grant_name(const request& dialog, const web_session& who);

  world& state_;
  account_book& accounts_;
  web_login& logins_;
  token_desk& tokens_;
  page_style& style_;
  random_source random_;
  bool auto_consent_;
  std::deque<request> asked_;
  std::set<std::string, std::less<>> granted_;
  std::deque<std::pair<std::string, std::string>> redirects_;  ///< Hash and target.
};

}  // namespace vkxx::emulation::detail
