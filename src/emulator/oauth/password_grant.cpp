// The token endpoint of the direct flow: a login with a password.
#include <algorithm>

#include "emulator/oauth/oauth_endpoints.hpp"

namespace vkxx::emulation::detail {
namespace {

std::string sid_of(const account& who) {
  return "2fa_" + std::to_string(who.user()) + "_2274003";
}

}  // namespace

/// One request for a token.
struct oauth_endpoints::login {
  const argument_list& arguments;
  const moment& when;
  const account& who;

  [[nodiscard]] std::string_view argument(std::string_view name) const {
    return arguments.find(name).value_or("");
  }
};

answer oauth_endpoints::password_grant(const argument_list& arguments, const moment& when) {
  const auto id = arguments.find("client_id");
  if (!id) return oauth_refusal("invalid_client", "client_id is undefined");
  if (auto refusal = wrong_client(arguments)) return std::move(*refusal);
  if (!find_client(*id)->password_grant) {
    return oauth_refusal("unauthorized_client",
                         "This grant_type available only for approved applications");
  }
  const auto* who = accounts_.find(arguments.find("username").value_or(""));
  if (who == nullptr || arguments.find("password") != who->password()) {
    return oauth_refusal("invalid_client", "Username or password is incorrect",
                         "username_or_password_is_incorrect");
  }
  return enter(login{arguments, when, *who});
}

answer oauth_endpoints::enter(const login& attempt) {
  switch (attempt.who.branch()) {
    case login_branch::plain:
    case login_branch::with_secret:
      break;
    case login_branch::captcha:
      if (auto refusal = ask_captcha(attempt, fault_kind::captcha)) return std::move(*refusal);
      break;
    case login_branch::captcha_page:
      if (auto refusal = ask_captcha(attempt, fault_kind::captcha_page)) return std::move(*refusal);
      break;
    case login_branch::code_by_app:
      if (auto refusal = ask_code(attempt, "2fa_app", code_of_app)) return std::move(*refusal);
      break;
    case login_branch::code_by_sms:
    case login_branch::code_on_demand:
      if (auto refusal = ask_code(attempt, "2fa_sms", code_of_sms)) return std::move(*refusal);
      break;
    case login_branch::code_and_captcha:
      if (attempt.arguments.find("code")) {
        if (auto refusal = ask_captcha(attempt, fault_kind::captcha)) return std::move(*refusal);
      }
      if (auto refusal = ask_code(attempt, "2fa_app", code_of_app)) return std::move(*refusal);
      break;
    case login_branch::phone:
      return page_to_open(attempt, validation_page::phone);
    case login_branch::unconfirmed:
      return page_to_open(attempt, validation_page::link);
    case login_branch::nowhere:
      return oauth_refusal("need_validation", "please validate your account");
    case login_branch::too_many_tries:
      return oauth_refusal("invalid_request", "Too many login attempts, try again in some hours",
                           "too_much_tries");
    case login_branch::flood:
      return oauth_refusal("9;Flood control", "", "password_bruteforce_attempt");
    case login_branch::banned: {
      auto object = oauth_refusal_object("need_validation", "user has been banned");
      object["ban_info"] = {
          {"member_name", "Lev"},
          {"message", "The page is blocked"},
          {"access_token", tokens_.lasting(token_kind::user, attempt.who.user())}};
      return oauth_json(401, object);
    }
    case login_branch::not_json:
      return page(200, "<!DOCTYPE html><title>Something went wrong</title>");
  }
  return give_token(attempt);
}

std::optional<answer> oauth_endpoints::ask_captcha(const login& attempt, fault_kind kind) {
  api_request request;
  request.arguments = attempt.arguments;
  const captcha* judged = nullptr;
  if (open_.judge(request, attempt.when.now, &judged) == captcha_verdict::right)
    return std::nullopt;
  const auto& fresh = open_.open_captcha(kind, false, 1, attempt.when.now);
  auto object = captcha_members(fresh, "token", attempt.when.base_url, attempt.when.unix_time);
  object["error"] = "need_captcha";
  return oauth_json(401, object);
}

std::optional<answer> oauth_endpoints::ask_code(const login& attempt, std::string_view type,
                                                std::string_view right) {
  const auto sid = sid_of(attempt.who);
  const bool waits_for_call = attempt.who.branch() == login_branch::code_on_demand;
  const bool called = phones_called_.contains(sid);
  const bool by_sms = attempt.argument("force_sms") == "1";
  const auto code = attempt.argument("code");
  if (!code.empty() && (!waits_for_call || called)) {
    const bool sms_too = !phones_called_.empty() && phones_called_.contains("sms " + sid);
    if (code == right || (sms_too && code == code_of_sms)) return std::nullopt;
    if (code.size() != right.size()) {
      return oauth_refusal("invalid_request", "The code has a wrong format",
                           "otp_format_is_incorrect");
    }
    return oauth_refusal("invalid_request", "The code is wrong", "wrong_otp");
  }
  if (by_sms) {
    phones_called_.insert("sms " + sid);
    type = "2fa_sms";
  }
  const bool sms = type == "2fa_sms";
  const bool supported = attempt.argument("2fa_supported") == "1";
  auto object = oauth_refusal_object(
      "need_validation",
      !supported ? "open redirect_uri in browser [5]. Also you can use 2fa_supported param"
      : sms      ? "sms sent, use code param"
                 : "use app code");
  object["validation_type"] = boost::json::string_view{type.data(), type.size()};
  object["validation_sid"] = sid;
  object["phone_mask"] = "+7 *** *** ** 12";
  object["redirect_uri"] = validation_page_of(attempt, validation_page::code);
  if (waits_for_call && !called) object["validation_resend"] = "sms";
  return oauth_json(401, object);
}

std::string oauth_endpoints::validation_page_of(const login& attempt, validation_page asks) {
  validation wanted;
  wanted.owner = attempt.who.user();
  wanted.page = asks;
  wanted.login = attempt.who.login();
  return validation_address(attempt.when.base_url, open_.open_validation(std::move(wanted)));
}

answer oauth_endpoints::page_to_open(const login& attempt, validation_page asks) {
  auto object = oauth_refusal_object("need_validation", "please open redirect_uri in browser");
  object["redirect_uri"] = validation_page_of(attempt, asks);
  return oauth_json(401, object);
}

answer oauth_endpoints::give_token(const login& attempt) {
  const auto given =
      tokens_.by_scope(attempt.argument("scope"), attempt.who.user(), attempt.when.now);
  boost::json::object object;
  object["access_token"] = given.text;
  object["expires_in"] = given.lifetime.count();
  object["user_id"] = attempt.who.user();
  if (attempt.who.branch() == login_branch::with_secret) {
    object["secret"] = random_.hex(18);
    object["https_required"] = 1;
  }
  return oauth_json(200, object);
}

answer oauth_endpoints::validate_phone(const argument_list& arguments) {
  const auto sid = arguments.find("sid").value_or("");
  boost::json::object object;
  const bool known =
      std::ranges::any_of(accounts_.all(), [&](const account& who) { return sid_of(who) == sid; });
  if (!known) {
    object["error"] = {
        {"error_code", 100},
        {"error_msg", "One of the parameters specified was missing or invalid: sid is wrong"}};
    return oauth_json(200, object);
  }
  phones_called_.emplace(sid);
  object["response"] = {{"type", "general"},
                        {"sid", boost::json::string_view{sid.data(), sid.size()}},
                        {"delay", 60},
                        {"libverify_support", false},
                        {"validation_type", "sms"},
                        {"validation_resend", "sms"},
                        {"code_length", code_of_sms.size()}};
  return oauth_json(200, object);
}

}  // namespace vkxx::emulation::detail
