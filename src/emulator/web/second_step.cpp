// The checks after the password, and those of a validation: the code, the phone number, a captcha,
// a link.
#include <algorithm>

#include "emulator/http/vk_hosts.hpp"
#include "emulator/web/html.hpp"
#include "emulator/web/login_check.hpp"
#include "emulator/web/login_pages.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t most_checks = 10'000;
constexpr std::string_view wrong_code = "The code is wrong";

}  // namespace

web_login::check& web_login::add_check(check created) {
  created.cookie = random_.hex(32);
  checks_.push_back(std::move(created));
  if (checks_.size() > most_checks) checks_.pop_front();
  return checks_.back();
}

void web_login::forget(const std::string& api_hash) {
  std::erase_if(checks_, [&](const check& current) { return current.api_hash == api_hash; });
}

// Found by the hash of the form or of the address, or by the cookie: after a wrong code the address
// has no hash.
web_login::check* web_login::find_check(const http_message& message, const argument_list& arguments,
                                        const moment& when) {
  std::erase_if(checks_,
                [&](const check& current) { return when.now - current.opened > check_lifetime; });
  const auto by = [&](std::string check::*member, std::string_view value) -> check* {
    const auto found = std::ranges::find(checks_, value, member);
    return value.empty() || found == checks_.end() ? nullptr : &*found;
  };
  const auto form_hash = arguments.find("hash").value_or("");
  if (!form_hash.empty()) return by(&check::form_hash, form_hash);
  const auto api_hash = arguments.find("api_hash").value_or("");
  if (auto* found = by(&check::api_hash, api_hash)) return found;
  if (const auto* opened = around_.open.find_validation(api_hash)) {
    check created;
    created.api_hash = opened->hash;
    created.page = opened->page;
    created.login = opened->login;
    created.opened = when.now;
    return &add_check(std::move(created));
  }
  return by(&check::cookie, cookie_of(message, "remixauthcheck"));
}

// The validation of a fault belongs to no account: it has fixed codes and a fixed phone number.
account web_login::account_of(const check& current) const {
  const auto* found = around_.accounts.find(current.login);
  return found == nullptr ? account{current.login} : *found;
}

std::string web_login::form_address(const check& current, std::string_view act) {
  return "/login?act=" + std::string{act} + "&hash=" + current.form_hash;
}

answer web_login::second_step(const http_message& message, const argument_list& arguments,
                              const moment& when) {
  const auto act = arguments.find("act").value_or("");
  if (act == "blocked") {
    return page(200, trouble_page(around_.style, "The page is blocked."));
  }
  auto* current = find_check(message, arguments, when);
  if (current == nullptr)
    return page(404, trouble_page(around_.style, "There is nothing to confirm."));
  const bool names_form = !arguments.find("hash").value_or("").empty();
  if (names_form && act == "cancel") return refuse(*current, when);
  if (names_form && act == "activate" && current->page == validation_page::link) {
    return finish(*current, when);
  }
  if (names_form && act == "authcheck_sms") {
    current->sms_sent = true;
    return show(*current, {}, when);
  }
  if (message.method == "POST" && names_form) return take(*current, arguments, when);
  return show(*current, arguments.find("m") == "442" ? wrong_code : std::string_view{}, when);
}

answer web_login::show(check& current, std::string_view message, const moment& when) {
  current.form_hash = std::to_string(when.unix_time) + "_" + random_.hex(18);
  const auto who = account_of(current);
  const auto cancel = form_address(current, "cancel");
  const std::string text{message};
  answer shown;
  switch (current.page) {
    case validation_page::code: {
      const bool by_app = who.branch() != login_branch::code_by_sms &&
                          who.branch() != login_branch::code_on_demand && !current.sms_sent;
      const bool none_yet = who.branch() == login_branch::code_on_demand && !current.sms_sent;
      const std::string hint = none_yet ? "Have a code sent to your phone."
                               : by_app ? "Type the code that your authenticator app shows."
                                        : "Type the code of the SMS sent to your phone.";
      const bool of_site = !vk_domain(host_of_base(when.base_url)).empty();
      shown =
          page(200, code_page(around_.style, {form_address(current, "authcheck_code"), text, hint,
                                              form_address(current, "authcheck_sms"), cancel,
                                              of_site ? current.form_hash : std::string{}}));
      break;
    }
    case validation_page::phone:
    case validation_page::no_token:
      shown = page(
          200, phone_page(around_.style,
                          {form_address(current, "security_check"), text, who.phone().substr(0, 2),
                           who.phone().substr(who.phone().size() - 2), cancel}));
      break;
    case validation_page::link:
      shown = page(200, activation_page(around_.style, form_address(current, "activate"), cancel));
      break;
    case validation_page::captcha:
      return show_captcha(current, {}, message, when);
  }
  add_cookie(shown, current, when);
  return shown;
}

answer web_login::show_captcha(check& current, const argument_list& arguments,
                               std::string_view message, const moment& when) {
  current.form_hash = std::to_string(when.unix_time) + "_" + random_.hex(18);
  const auto& fresh = around_.open.open_captcha(fault_kind::captcha, false, 1, when.now);
  captcha_form form;
  const bool within_code = current.page == validation_page::code;
  // Clients use the action of a captcha form as it is, and complete those of the other checks.
  form.action = within_code ? form_address(current, "authcheck_code")
                            : when.base_url + form_address(current, "captcha");
  form.message = message;
  if (within_code) form.hidden = {{"code", std::string{arguments.find("code").value_or("")}}};
  form.captcha = {fresh.sid,
                  picture_base(when.base_url) + "/captcha.php?sid=" + fresh.sid + "&s=1"};
  form.cancel_link = form_address(current, "cancel");
  auto shown = page(200, captcha_page(around_.style, form));
  add_cookie(shown, current, when);
  return shown;
}

void web_login::add_cookie(answer& shown, const check& current, const moment& when) {
  const std::string safety = when.base_url.starts_with("https:") ? "; Secure" : "";
  shown.headers.emplace_back("Set-Cookie", "remixauthcheck=" + current.cookie +
                                               "; Path=/; HttpOnly; SameSite=Lax" +
                                               cookie_domain(when) + safety);
  shown.headers.emplace_back("Cache-Control", "no-store");
}

answer web_login::take(check& current, const argument_list& arguments, const moment& when) {
  if (current.page == validation_page::code) return take_code(current, arguments, when);
  if (current.page == validation_page::phone || current.page == validation_page::no_token) {
    const auto digits = arguments.find("code").value_or("");
    if (digits == account_of(current).phone_digits()) return finish(current, when);
    return wrong(current, when);
  }
  if (current.page == validation_page::captcha) {
    if (captcha_is_right(arguments, when)) return finish(current, when);
    return ++current.wrong_answers >= most_wrong_answers
               ? refuse(current, when)
               : show_captcha(current, arguments, "The digits are wrong", when);
  }
  return show(current, {}, when);
}

bool web_login::captcha_is_right(const argument_list& arguments, const moment& when) {
  api_request request;
  request.arguments = arguments;
  const captcha* judged = nullptr;
  return around_.open.judge(request, when.now, &judged) == captcha_verdict::right;
}

answer web_login::take_code(check& current, const argument_list& arguments, const moment& when) {
  const auto who = account_of(current);
  const bool wants_captcha = who.branch() == login_branch::code_and_captcha ||
                             current.wrong_answers >= wrong_before_captcha;
  if (wants_captcha && !current.captcha_passed) {
    const bool answered = arguments.find("captcha_sid").has_value();
    if (!answered || !captcha_is_right(arguments, when)) {
      if (answered && ++current.wrong_answers >= most_wrong_answers) return refuse(current, when);
      return show_captcha(current, arguments, answered ? "The digits are wrong" : "", when);
    }
    current.captcha_passed = true;
  }
  const auto code = arguments.find("code").value_or("");
  const bool by_sms = who.branch() == login_branch::code_by_sms;
  const bool on_demand = who.branch() == login_branch::code_on_demand;
  const bool right = (code == code_of_app && !by_sms && !on_demand) ||
                     (code == code_of_sms && (by_sms || current.sms_sent));
  if (right) return finish(current, when);
  current.captcha_passed = who.branch() == login_branch::code_and_captcha;
  return wrong(current, when);
}

// Too many wrong answers: the login starts again, a validation has failed.
answer web_login::wrong(check& current, const moment& when) {
  if (++current.wrong_answers >= most_wrong_answers) {
    if (current.dialog.empty()) return refuse(current, when);
    forget(std::string{current.api_hash});
    return page(200, trouble_page(around_.style, "Too many wrong answers, try again later"));
  }
  const auto base = when.base_url + "/login?act=" + std::string{act_of(current.page)};
  auto back = redirect_to(current.page == validation_page::code
                              ? base + "&m=442"
                              : base + "&api_hash=" + current.api_hash + "&m=442");
  add_cookie(back, current, when);
  return back;
}

answer web_login::finish(check& current, const moment& when) {
  // `one` goes with the next line.
  const auto done = current;  // NOLINT(performance-unnecessary-copy-initialization)
  forget(done.api_hash);
  if (!done.dialog.empty()) return let_in(account_of(done), done.dialog, when);
  const auto blank = when.base_url + "/blank.html";
  const auto passed = around_.open.pass_validation(done.api_hash);
  if (!passed || passed->owner == 0) return redirect_to(blank + "#fail=1");
  around_.faults.answered(passed->cause);
  if (passed->page == validation_page::no_token) return redirect_to(blank + "#success=1");
  const auto token = around_.tokens.lasting(passed->kind, passed->owner);
  return redirect_to(with_query(
      blank,
      {{"success", "1"}, {"access_token", token}, {"user_id", std::to_string(passed->owner)}},
      '#'));
}

answer web_login::refuse(check& current, const moment& when) {
  // `one` goes with the next line.
  const auto done = current;  // NOLINT(performance-unnecessary-copy-initialization)
  forget(done.api_hash);
  if (!done.dialog.empty()) return redirect_to(when.base_url + "/authorize?" + done.dialog);
  static_cast<void>(around_.open.pass_validation(done.api_hash));
  return redirect_to(when.base_url + "/blank.html#fail=1");
}

}  // namespace vkxx::emulation::detail
