/// @file
/// The OAuth endpoints, which issue tokens. Pure state: no I/O, no clock.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include <vkxx/emulator/options.hpp>

#include "emulator/api/api.hpp"
#include "emulator/api/api_request.hpp"
#include "emulator/challenges/challenges.hpp"
#include "emulator/http/answer.hpp"
#include "emulator/oauth/accounts.hpp"
#include "emulator/oauth/implicit_dialog.hpp"
#include "emulator/oauth/sessions.hpp"
#include "emulator/oauth/token_desk.hpp"
#include "emulator/web/page_style.hpp"
#include "emulator/web/web_login.hpp"
#include "emulator/world/random.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

class oauth_endpoints {
 public:
  oauth_endpoints(world& state, account_book& accounts, challenges& open, fault_engine& faults,
                  const emulator_options& options);

  /// Expired tokens are refused from now on.
  void let_time_pass(time_point now) { tokens_.let_time_pass(now); }
  [[nodiscard]] token_desk& tokens() noexcept { return tokens_; }
  /// The answer to a request for a login or OAuth endpoint; nothing for other requests.
  [[nodiscard]] std::optional<answer> answer_to(const http_message& message, const moment& when);

 private:
  struct login;

  [[nodiscard]] answer password_grant(const argument_list& arguments, const moment& when);
  [[nodiscard]] answer enter(const login& attempt);
  [[nodiscard]] std::optional<answer> ask_captcha(const login& attempt, fault_kind kind);
  [[nodiscard]] std::optional<answer> ask_code(const login& attempt, std::string_view type,
                                               std::string_view right);
  [[nodiscard]] std::string validation_page_of(const login& attempt, validation_page asks);
  [[nodiscard]] answer page_to_open(const login& attempt, validation_page asks);
  [[nodiscard]] answer give_token(const login& attempt);
  [[nodiscard]] answer validate_phone(const argument_list& arguments);
  [[nodiscard]] answer authorize(const argument_list& arguments, const http_message& message,
                                 const moment& when);
  struct code_request;

  [[nodiscard]] answer consent(const code_request& dialog, const http_message& message);
  [[nodiscard]] static answer refuse_code(const code_request& dialog, std::string_view error,
                                          std::string_view description,
                                          std::string_view reason = {});
  [[nodiscard]] answer give_code(const code_request& dialog, std::int64_t user);
  /// An invalid id becomes 0, which no community has.
  [[nodiscard]] static std::vector<std::int64_t> id_list(std::string_view list);
  [[nodiscard]] bool known_communities(std::string_view list);
  [[nodiscard]] answer server_token(const argument_list& arguments, const moment& when);
  [[nodiscard]] std::optional<answer> validation_of(std::int64_t user, const moment& when);
  [[nodiscard]] answer vk_id_token(const argument_list& arguments, const moment& when);
  [[nodiscard]] answer spend_code(const argument_list& arguments, const moment& when);
  [[nodiscard]] answer rotate(const argument_list& arguments, const moment& when);
  [[nodiscard]] answer give_pair(session& current, std::string_view state, const moment& when);
  void end_session(session& current);
  [[nodiscard]] session* find_session(std::string_view access_token, time_point now) noexcept;
  [[nodiscard]] answer user_info(const session& current, bool in_full, std::string_view base_url);
  [[nodiscard]] answer about_session(std::string_view endpoint, const argument_list& arguments,
                                     const http_message& message, const moment& when);

  world& state_;
  account_book& accounts_;
  challenges& open_;
  fault_engine& faults_;
  random_source random_;
  token_desk tokens_;
  page_style style_;
  web_login web_;
  implicit_dialog implicit_;
  bool auto_consent_;
  std::set<std::string, std::less<>> phones_called_;
  std::deque<given_code> codes_;
  std::deque<session> sessions_;
};

[[nodiscard]] boost::json::object oauth_refusal_object(std::string_view error,
                                                       std::string_view description,
                                                       std::string_view type = {});
/// `{"error": …, "error_description": …}` with HTTP 401, as VK's OAuth refuses.
[[nodiscard]] answer oauth_refusal(std::string_view error, std::string_view description,
                                   std::string_view type = {});
/// The refusal of a wrong redirect address.
[[nodiscard]] answer wrong_redirect();
/// The refusal of an unknown application or a wrong `client_secret`; nothing if both are correct.
[[nodiscard]] std::optional<answer> wrong_client(const argument_list& arguments);
[[nodiscard]] answer oauth_json(unsigned status, const boost::json::object& object);

}  // namespace vkxx::emulation::detail
