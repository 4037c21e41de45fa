#include "auth/web_login/page_machine.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <ostream>
#include <utility>
#include <vkxx/core/redaction.hpp>

#include "auth/flows/phone_number.hpp"
#include "auth/html/shown_text.hpp"
#include "auth/oauth/redirect_reader.hpp"
#include "core/encoding/percent.hpp"

namespace vkxx::auth::detail {
namespace {

bool leads_to(const html_form& form, std::string_view act) {
  const auto address = read_web_address(form.action);
  return address && address->field("act") == act;
}

const html_form* form_that_leads_to(const html_page& page, std::string_view act) {
  const auto found = std::find_if(page.forms.begin(), page.forms.end(),
                                  [&](const html_form& form) { return leads_to(form, act); });
  return found == page.forms.end() ? nullptr : &*found;
}

// The form for a code: the one with the field for it, else the one that continues.
const html_form* code_form(const html_page& page) {
  if (const auto* form = page.form_with("code")) return form;
  return form_that_leads_to(page, "authcheck_code");
}

challenge make_challenge(challenge_kind kind, boost::json::object fields) {
  fields["challenge"] = to_string(kind);
  fields["method"] = "login";
  return challenge::from_json(boost::json::serialize(fields)).value();
}

// `authorize_url`, which some servers encode twice. Decoding plain text again would damage a `%` or
// a `+` in it.
std::string decoded_target(std::string text) {
  for (int i = 0; i != 3; ++i) {
    const auto scheme = text.substr(0, text.find_first_of(":%"));
    if (scheme != "http" && scheme != "https") break;
    if (text.size() < scheme.size() + 3 || text[scheme.size()] != '%') break;
    const auto decoded = vkxx::detail::percent_decoded(text, vkxx::detail::space_as::percent);
    if (!decoded) break;
    text = *decoded;
  }
  return text;
}

}  // namespace

std::vector<std::string> origins_of(const endpoints& where) {
  std::vector<std::string> origins;
  for (const auto& base : {where.oauth(), where.login(), where.mobile(), where.id(), where.api()}) {
    if (const auto address = read_web_address(base)) origins.push_back(address->origin());
  }
  return origins;
}

page_machine::page_machine(page_task task) : task_{std::move(task)} {
  if (task_.implicit()) return;
  // VK named this page in an answer of its API.
  if (const auto first = read_web_address(task_.url)) task_.origins.push_back(first->origin());
}

page_action page_machine::start() {
  if (!task_.implicit()) return get(task_.url);
  return get(with_query(task_.url, task_.authorize));
}

page_action page_machine::fail(error failure) {
  failure_ = std::move(failure);
  return page_action::fail;
}

page_action page_machine::fail(errc code, std::string message) {
  return fail(error{code, request_effect::rejected, std::move(message)});
}

page_action page_machine::no_such(const view& page, const char* missing) {
  return fail(errc::malformed_answer, "No " + std::string{missing} + " on page " + page.at.shown());
}

page_action page_machine::get(std::string url) {
  url_ = std::move(url);
  fields_.clear();
  return page_action::get;
}

// Every form passes through here, so that the person's input reaches hosts of VK only.
page_action page_machine::post(std::string url, std::vector<form_field> fields) {
  const auto to = read_web_address(url);
  if (!to) return fail(errc::malformed_answer, "a form of the login leads to no address");
  if (std::ranges::find(task_.origins, to->origin()) == task_.origins.end()) {
    return fail(errc::insecure_redirect,
                "a page of the login wants its form sent to " + to->origin() +
                    ", which is none of the endpoints of the client: nothing was sent there");
  }
  url_ = std::move(url);
  fields_ = std::move(fields);
  return page_action::post;
}

page_action page_machine::post(const view& page, const html_form* form) {
  if (form == nullptr || form->action.empty()) return no_such(page, "form with an action");
  return post(form->action, form->fields);
}

page_action page_machine::ask(challenge challenge, page_action action) {
  asked_ = std::move(challenge);
  return action;
}

page_action page_machine::on_page(const web_page& page, bool signed_in, wall_time now) {
  if (++pages_ > max_pages) {
    return fail(errc::authorization_failed,
                "the login went in circles: more than " + std::to_string(max_pages) + " pages");
  }
  auto at = read_web_address(page.url);
  if (!at) return fail(errc::malformed_answer, "the address of a page cannot be read");
  if (page.status == 401 || at->path == "/error") return on_refusal(page, *at, now);
  if (page.status >= 400) {
    error failure{errc::http_status, request_effect::unknown,
                  "the page " + at->shown() + " was answered with HTTP status " +
                      std::to_string(page.status)};
    failure.set_http_status(page.status);
    return fail(std::move(failure));
  }
  if (ends(*at)) return on_end(*at, now);
  if (at->path == "/blank.html") {
    return fail(
        errc::authorization_failed,
        "the login ended at " + at->shown() +
            ", which is not the redirect_uri that was asked for: nothing was taken from it");
  }
  if (const auto target = at->field("authorize_url")) return on_target(*target, now);
  auto html = read_html_page(page.body, page.url);
  if (!html) return fail(html.error());
  view read;
  read.html = std::move(*html);
  read.act = at->field("act").value_or("");
  read.at = std::move(*at);
  read.signed_in = signed_in;
  read.scripted = page.body.find("<script") != std::string::npos;
  return on_view(std::move(read));
}

// The application or the person is refused, by JSON or by fields of the address.
page_action page_machine::on_refusal(const web_page& page, const web_address& at, wall_time now) {
  http::response answer;
  answer.status = page.status;
  answer.body = page.body;
  auto read = read_oauth_answer(answer, now);
  if (read.outcome != oauth_outcome::refused) {
    const auto fields = read_form(at.has_fragment ? at.fragment : at.query);
    if (fields && find_field(*fields, "error")) read = read_oauth_fields(*fields, now);
  }
  if (read.outcome == oauth_outcome::refused) {
    read.failure->set_http_status(page.status);
    return fail(std::move(*read.failure));
  }
  error failure{
      errc::authorization_failed, request_effect::rejected,
      "VK refused the login and gave no reason (HTTP status " + std::to_string(page.status) + ")"};
  failure.set_http_status(page.status);
  return fail(std::move(failure));
}

page_action page_machine::on_target(const std::string& text, wall_time now) {
  const auto target = read_web_address(decoded_target(text));
  if (!target || !ends(*target)) {
    return fail(errc::authorization_failed,
                "the login ended at another address than the application's");
  }
  return on_end(*target, now);
}

// A login ends at the address that it requested. A validation requests none: VK's empty page ends
// it, at any address that accepts its forms.
bool page_machine::ends(const web_address& at) const {
  if (ends_login(at, task_.redirect_uri)) return true;
  return !task_.implicit() && at.path == "/blank.html" &&
         std::ranges::find(task_.origins, at.origin()) != task_.origins.end();
}

page_action page_machine::on_end(const web_address& at, wall_time now) {
  const auto fields = read_form(at.has_fragment ? at.fragment : at.query);
  if (!fields) {
    return fail(errc::malformed_answer,
                "the address at the end of the login cannot be read, or holds too many fields");
  }
  if (find_field(*fields, "cancel")) {
    return fail(errc::challenge_refused, "the person did not pass the validation");
  }
  if (find_field(*fields, "fail")) {
    return fail(errc::authorization_failed, "OAuth authorization failed: the page was not passed");
  }
  // A validation may leave the token as it is.
  if (!task_.implicit() && find_field(*fields, "success") == "1" &&
      !find_field(*fields, "access_token")) {
    return page_action::done;
  }
  return on_token(read_oauth_fields(*fields, now));
}

page_action page_machine::on_token(oauth_answer answer) {
  if (answer.outcome != oauth_outcome::token) {
    return fail(answer.failure ? std::move(*answer.failure)
                               : error{errc::authorization_failed, request_effect::rejected,
                                       "the login ended with another question instead of a token"});
  }
  // The answer belongs to a different request.
  if (task_.implicit() && answer.state != task_.state) {
    return fail(errc::authorization_failed,
                answer.state.empty()
                    ? "the token came without the `state` of this login: it was not kept"
                    : "the token came with another `state`: it was not kept");
  }
  if (task_.group_ids.empty() && answer.token.text.empty()) {
    return fail(errc::malformed_answer, "the login ended without a token of the user");
  }
  for (const auto id : task_.group_ids) {
    if (!answer.token.communities.contains(id < 0 ? -id : id)) {
      return fail(errc::authorization_failed,
                  "VK gave no token for the community " + std::to_string(id));
    }
  }
  token_ = std::move(answer.token);
  return page_action::done;
}

// The first match counts.
page_action page_machine::on_view(view page) {
  if (page.act == "blocked") {
    return fail(errc::account_blocked, "the account is blocked: open vk.ru in a browser");
  }
  if (page.act == "authcheck_code") {
    if (const auto* form = page.html.form_with("captcha_sid")) {
      const std::string sid{*find_field(form->fields, "captcha_sid")};
      return on_captcha(page, *form, sid, code_captchas_);
    }
  }
  if (page.act.starts_with("authcheck")) return on_code_page(page);
  if (page.act.starts_with("security") || page.at.field("security_check")) {
    return on_phone_page(page);
  }
  if (page.act == "captcha") return on_captcha_page(page);
  if (page.act == "validate") {
    if (page.html.activation_link.empty()) return no_such(page, "link to go on");
    return get(page.html.activation_link);
  }
  if (!task_.implicit()) return on_validation_page(page);
  if (const auto* form = page.html.form_with("pass")) return on_login_form(page, *form);
  return on_other(page);
}

page_action page_machine::on_captcha(const view& page, const html_form& form,
                                     const std::string& sid, int& count) {
  if (count == max_captchas) {
    return fail(errc::authorization_failed,
                "the login asked for more than " + std::to_string(max_captchas) + " captchas");
  }
  if (page.html.captcha_img.empty()) return no_such(page, "CAPTCHA");
  form_ = form;
  set_field(form_.fields, "captcha_sid", sid);
  boost::json::object fields;
  fields["captcha_sid"] = sid;
  fields["captcha_img"] = page.html.captcha_img;
  auto challenge = make_challenge(challenge_kind::captcha, std::move(fields));
  challenge.wrong_answers(count++);
  return ask(std::move(challenge), page_action::ask_captcha);
}

page_action page_machine::on_login_form(const view& page, const html_form& form) {
  auto sid = std::string{find_field(form.fields, "captcha_sid").value_or("")};
  if (sid.empty()) sid = page.at.field("sid").value_or("");
  auto filled = form;
  set_field(filled.fields, "email", task_.login);
  set_field(filled.fields, "pass", task_.password.expose());
  if (!sid.empty()) {
    credentials_sent_ = true;
    return on_captcha(page, filled, sid, captchas_);
  }
  if (credentials_sent_) {
    return fail(errc::wrong_credentials,
                "Login error (e.g. incorrect password)" +
                    (page.html.error_text.empty() ? std::string{}
                                                  : ": " + shown_text(page.html.error_text)));
  }
  credentials_sent_ = true;
  return post(page, &filled);
}

page_action page_machine::on_code_page(const view& page) {
  const auto* form = code_form(page.html);
  if (form == nullptr) return no_such(page, "form");
  form_ = *form;
  if (codes_ == max_codes) {
    return fail(errc::wrong_code,
                "the server did not accept " + std::to_string(max_codes) + " codes");
  }
  sms_url_.clear();
  for (const auto& link : page.html.links) {
    const auto address = read_web_address(link);
    if (address && address->field("act") == "authcheck_sms") sms_url_ = link;
  }
  boost::json::object fields;
  if (!page.html.field_prefixes.empty()) fields["phone_mask"] = page.html.field_prefixes.front();
  auto challenge = make_challenge(challenge_kind::second_factor, std::move(fields));
  challenge.wrong_answers(codes_);
  return ask(std::move(challenge), page_action::ask_code);
}

page_action page_machine::on_phone_page(const view& page) {
  const auto* form = page.html.form_with("code");
  if (form == nullptr && !task_.implicit()) {
    // Nothing to fill in: only a button.
    if (page.html.forms.empty()) return no_such(page, "form");
    return post(page, &page.html.forms.front());
  }
  if (form == nullptr) return no_such(page, "form");
  if (phones_++ != 0) {
    return fail(errc::wrong_code, "the digits of the phone number were not accepted");
  }
  form_ = *form;
  phone_fields shown_digits;
  const auto& known = page.html.field_prefixes;
  if (!known.empty()) shown_digits.prefix = known.front();
  if (known.size() > 1) shown_digits.suffix = known.back();
  if (auto digits = missing_digits(task_.phone.empty() ? task_.login : task_.phone, shown_digits)) {
    set_field(form_.fields, "code", std::move(*digits));
    return send_answer();
  }
  boost::json::object fields;
  fields["phone_prefix"] = shown_digits.prefix;
  fields["phone_suffix"] = shown_digits.suffix;
  return ask(make_challenge(challenge_kind::phone, std::move(fields)), page_action::ask_phone);
}

// A captcha only.
page_action page_machine::on_captcha_page(const view& page) {
  const auto* form = page.html.form_with("captcha_sid");
  if (form == nullptr) form = page.html.form_with("captcha_key");
  if (form == nullptr) return no_such(page, "form");
  auto sid = std::string{find_field(form->fields, "captcha_sid").value_or("")};
  if (sid.empty()) {
    const auto picture = read_web_address(page.html.captcha_img);
    if (picture) sid = picture->field("sid").value_or("");
  }
  auto changed = *form;
  if (!changed.action.empty()) changed.action = with_more_query(changed.action, "utf8=1");
  return on_captcha(page, changed, sid, captchas_);
}

// The remaining kinds of page of a validation.
page_action page_machine::on_validation_page(const view& page) {
  if (page.html.form_with("pass") != nullptr) {
    return fail(errc::authorization_failed,
                "the validation wants the person to log in: open the page in a browser");
  }
  if (!page.html.error_text.empty()) {
    return fail(errc::authorization_failed, shown_text(page.html.error_text));
  }
  if (page.scripted) {
    return fail(errc::authorization_failed,
                "the page of the validation " + page.at.shown() +
                    " is a script: open it in a browser (a hook can show it to the person: "
                    "on_validation)");
  }
  return fail(errc::malformed_answer, "unknown page of a validation: " + page.at.shown());
}

page_action page_machine::on_other(const view& page) {
  if (!page.html.error_text.empty()) {
    return fail(errc::authorization_failed, shown_text(page.html.error_text));
  }
  if (!page.act.empty() && page.act != "login" && page.act != "grant_access") {
    return fail(errc::malformed_answer, "unsupported page of the login: " + page.at.shown());
  }
  if (page.signed_in) return grant(page);
  // The cookie decides, whatever the page looks like.
  if (credentials_sent_) {
    return fail(errc::wrong_credentials, "Login error (e.g. incorrect password)");
  }
  return no_login_form(page);
}

page_action page_machine::no_login_form(const view& page) {
  if (!page.scripted) return no_such(page, "form to log in");
  return fail(
      errc::authorization_failed,
      "the login page " + page.at.shown() +
          " is a script, as VK's are today, and has no form that could be filled in: log in "
          "by VK ID instead (`vkxx login vkid`, or auth::vk_id)");
}

page_action page_machine::grant(const view& page) {
  if (grants_ == max_grants) {
    return fail(errc::authorization_failed, "the application was allowed in, and VK asks again");
  }
  if (const auto* form = form_that_leads_to(page.html, "grant_access")) {
    ++grants_;
    return post(page, form);
  }
  for (auto location : page.html.script_locations) {
    if (location.find("act=grant_access") == std::string::npos) continue;
    ++grants_;
    // The same address with this field declines.
    if (const auto no = location.find("&cancel=1"); no != std::string::npos) location.erase(no, 9);
    return post(std::move(location), {});
  }
  const auto wanted = read_web_address(task_.url);
  if (wanted && page.at.path == wanted->path && page.html.forms.size() == 1) {
    ++grants_;
    return post(page, &page.html.forms.front());
  }
  // Logged in, but elsewhere: requests the application's page again.
  if (!std::exchange(authorized_again_, true)) return post(task_.url, task_.authorize);
  return fail(errc::malformed_answer, "unknown page of the login: " + page.at.shown());
}

page_action page_machine::on_challenge(const std::optional<challenge_answer>& answer) {
  const std::string name{to_string(asked_->kind())};
  if (!answer) {
    return fail(errc::challenge_refused, "the login needs an answer to a " + name +
                                             ", and there is no hook for it: set on_" + name);
  }
  if (answer->what() == challenge_answer::kind::refused) {
    return fail(errc::challenge_refused, "the " + name + " of the login was not answered");
  }
  // Whether the answer fits the question.
  const auto fits = asked_->answered(request{"login"}, *answer);
  if (!fits) return fail(fits.error());
  return answered(*answer);
}

page_action page_machine::answered(const challenge_answer& answer) {
  switch (answer.what()) {
    case challenge_answer::kind::captcha_key:
      // A captcha interrupted the code: sends the code along.
      if (!code_.empty() && find_field(form_.fields, "code").value_or("").empty()) {
        set_field(form_.fields, "code", code_.expose());
      }
      set_field(form_.fields, "captcha_key", answer.text().expose());
      return send_answer();
    case challenge_answer::kind::code:
      ++codes_;
      code_ = answer.text();
      set_field(form_.fields, "code", answer.text().expose());
      return send_answer();
    case challenge_answer::kind::send_sms:
      if (sms_url_.empty()) {
        return fail(errc::challenge_refused, "the page of the login offers no code by SMS");
      }
      if (++messages_ > max_messages) {
        return fail(errc::authorization_failed, "the code was asked for by SMS too many times");
      }
      return get(sms_url_);
    case challenge_answer::kind::phone_digits:
      set_field(form_.fields, "code", answer.text().expose());
      return send_answer();
    default:
      return fail(errc::invalid_argument, "the answer does not fit what the login asks for");
  }
}

page_action page_machine::send_answer() {
  if (form_.action.empty()) {
    return fail(errc::malformed_answer, "No form with an action on a page of the login");
  }
  return post(form_.action, form_.fields);
}

std::ostream& operator<<(std::ostream& out, page_action action) {
  switch (action) {
    case page_action::get:
      return out << "get";
    case page_action::post:
      return out << "post";
    case page_action::ask_captcha:
      return out << "ask_captcha";
    case page_action::ask_code:
      return out << "ask_code";
    case page_action::ask_phone:
      return out << "ask_phone";
    case page_action::done:
      return out << "done";
    case page_action::fail:
      return out << "fail";
  }
  return out << "unknown action";
}

}  // namespace vkxx::auth::detail
