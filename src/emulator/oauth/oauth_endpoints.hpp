/// @file
/// The emulator's front door: the endpoints that give out tokens. Pure state: no I/O, no clock.
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

namespace vkxx::emulation {

class ways_in {
 public:
  ways_in(world& state, account_book& accounts, challenges& open, fault_engine& faults,
          const emulator_options& options);

  /// Tokens whose time is over are refused from now on.
  void let_time_pass(time_point now) { tokens_.let_time_pass(now); }
  /// The answer to a request that concerns a login; nothing when it does not.
  [[nodiscard]] std::optional<answer> answer_to(const http_message& message, const moment& when);

 private:
  struct login;

  [[nodiscard]] answer password_grant(const argument_list& arguments, const moment& when);
  [[nodiscard]] answer enter(const login& one);
  [[nodiscard]] std::optional<answer> ask_captcha(const login& one, fault_kind kind);
  [[nodiscard]] std::optional<answer> ask_code(const login& one, std::string_view type,
                                               std::string_view right);
  [[nodiscard]] std::string validation_page_of(const login& one, validation_page asks);
  [[nodiscard]] answer page_to_open(const login& one, validation_page asks);
  [[nodiscard]] answer give_token(const login& one);
  [[nodiscard]] answer validate_phone(const argument_list& arguments);
  [[nodiscard]] answer authorize(const argument_list& arguments, const http_message& message,
                                 const moment& when);
  struct code_request;

  [[nodiscard]] answer consent(const code_request& asked, const http_message& message);
  [[nodiscard]] static answer refuse_code(const code_request& asked, std::string_view error,
                                          std::string_view description,
                                          std::string_view reason = {});
  [[nodiscard]] answer give_code(const code_request& asked, std::int64_t user);
  /// What is no id is 0, which no community has.
  [[nodiscard]] static std::vector<std::int64_t> id_list(std::string_view list);
  [[nodiscard]] bool known_communities(std::string_view list);
  [[nodiscard]] answer server_token(const argument_list& arguments, const moment& when);
  [[nodiscard]] std::optional<answer> validation_of(std::int64_t user, const moment& when);
  [[nodiscard]] answer vk_id_token(const argument_list& arguments, const moment& when);
  [[nodiscard]] answer spend_code(const argument_list& arguments, const moment& when);
  [[nodiscard]] answer rotate(const argument_list& arguments, const moment& when);
  [[nodiscard]] answer give_pair(session& one, std::string_view state, const moment& when);
  void end_session(session& one);
  [[nodiscard]] session* find_session(std::string_view access_token, time_point now) noexcept;
  [[nodiscard]] answer user_info(const session& one, bool in_full);
  [[nodiscard]] answer about_session(std::string_view what, const argument_list& arguments,
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
/// The refusal of an address that is not the one it has to be.
[[nodiscard]] answer wrong_redirect();
/// The refusal of an app that does not exist, or whose `client_secret` is another one; nothing if
/// both are right.
[[nodiscard]] std::optional<answer> wrong_client(const argument_list& arguments);
[[nodiscard]] answer oauth_json(unsigned status, const boost::json::object& object);

}  // namespace vkxx::emulation
