// The login form, and the check of login and password.
#include "emulator/web/web_login.hpp"

#include <algorithm>

#include "core/text/ascii.hpp"
#include "core/encoding/base64url.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/http/vk_hosts.hpp"
#include "emulator/web/html.hpp"
#include "emulator/web/login_check.hpp"
#include "emulator/web/login_pages.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::trimmed;
namespace {

constexpr std::size_t most_sessions = 10'000;
constexpr std::string_view site_dialog = "to=feed";

// Parameters of the dialog's address that describe the login, not the application's request.
bool is_of_the_login(std::string_view name) {
  return name == "m" || name == "sid" || name == "dif" || name == "email" || name == "consent" ||
         name == "__q_hash";
}

std::vector<name_value> dialog_values(const argument_list& arguments) {
  std::vector<name_value> values;
  for (const auto& entry : arguments.all()) {
    if (!is_of_the_login(entry.first)) values.push_back(entry);
  }
  return values;
}

// `prompt=login` has been satisfied once somebody has logged in.
std::string without_prompt(const std::string& dialog) {
  auto values = read_urlencoded(dialog);
  std::erase_if(values, [](const name_value& field) { return field.first == "prompt"; });
  const auto query = with_query("", values);
  return query.substr(query.empty() ? 0 : 1);
}

answer back_to_dialog(const moment& when, const std::string& dialog,
                      const std::vector<name_value>& values) {
  auto all = read_urlencoded(dialog);
  if (dialog == site_dialog) {
    if (values.empty()) return redirect_to(when.base_url + "/feed");
    return redirect_to(with_query(when.base_url + "/", values));
  }
  all.insert(all.end(), values.begin(), values.end());
  return redirect_to(with_query(when.base_url + "/authorize", all));
}

std::string_view text_of(std::string_view mark) {
  if (mark == "4") return "Incorrect login or password";
  if (mark == "5") return "The digits are wrong";
  return {};
}

}  // namespace

std::string_view cookie_of(const http_message& message, std::string_view name) {
  auto cookies = message.header("Cookie").value_or("");
  while (!cookies.empty()) {
    const auto end = std::min(cookies.find(';'), cookies.size());
    const auto pair = trimmed(cookies.substr(0, end));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
  }
  return {};
}

answer redirect_to(std::string target) {
  answer response = page(302, {});
  response.headers.emplace_back("Location", std::move(target));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

web_login::web_login(surroundings around, std::uint64_t seed)
    : around_{around}, random_{seed}, ip_h_{random_.hex(18)}, lg_domain_h_{random_.hex(18)} {}

web_login::~web_login() = default;

const web_session* web_login::session_of(const http_message& message) const noexcept {
  for (const std::string_view name : {"remixsid", "remixsid6"}) {
    const auto id = cookie_of(message, name);
    const auto found = std::ranges::find(sessions_, id, &web_session::id);
    if (!id.empty() && found != sessions_.end()) return &*found;
  }
  return nullptr;
}

answer web_login::form_for(const argument_list& arguments, const moment& when) {
  const auto argument = [&](std::string_view name) {
    return std::string{arguments.find(name).value_or("")};
  };
  login_form form;
  form.action = when.base_url + "/?act=login&soft=1&utf8=1";
  // Some clients of the front page post login and password alone.
  const bool of_site = arguments.find("to") == site_destination;
  if (of_site) {
    const auto host = host_of_base(when.base_url);
    const auto port = host.find(':');
    form.action = when.base_url.substr(0, when.base_url.size() - host.size()) + "login." +
                  std::string{vk_domain(host)} +
                  (port == std::string_view::npos ? "" : std::string{host.substr(port)}) +
                  "/?act=login&role=pda&utf8=1&ip_h=" + ip_h_ + "&lg_domain_h=" + lg_domain_h_ +
                  "&to=" + vkxx::detail::base64url(site_dialog);
  }
  form.email = argument("email");
  form.message = text_of(argument("m"));
  const auto query = with_query("", dialog_values(arguments)).substr(1);
  form.hidden = {{"_origin", when.base_url},
                 {"ip_h", ip_h_},
                 {"lg_domain_h", lg_domain_h_},
                 {"to", vkxx::detail::base64url(query)}};
  if (const auto* challenge = around_.open.find_sid(argument("sid"))) {
    form.captcha = {challenge->sid,
                    picture_base(when.base_url) + "/captcha.php?sid=" + challenge->sid + "&s=1"};
  }
  return page(200, login_page(around_.style, form));
}

answer web_login::enter(const argument_list& arguments, const moment& when) {
  const auto argument = [&](std::string_view name) { return arguments.find(name).value_or(""); };
  const auto query = vkxx::detail::from_base64url(argument("to"));
  if (argument("ip_h") != ip_h_ || argument("lg_domain_h") != lg_domain_h_ || !query) {
    return redirect_to(with_query(
        when.base_url + "/error",
        {{"error", "invalid_request"}, {"error_description", "The login form is not complete"}}));
  }
  // Encoded again: text from the form must not reach a header unchanged.
  auto dialog = with_query("", read_urlencoded(*query)).substr(query->empty() ? 0 : 1);
  if (dialog.empty() && !vk_domain(host_of_base(when.base_url)).empty()) dialog = site_dialog;
  const auto* who = around_.accounts.find(argument("email"));
  if (who == nullptr || who->password() != argument("pass")) {
    return back_to_dialog(when, dialog, {{"m", "4"}, {"email", std::string{argument("email")}}});
  }
  return go_on(*who, dialog, arguments, when);
}

answer web_login::go_on(const account& who, const std::string& dialog,
                        const argument_list& arguments, const moment& when) {
  switch (who.branch()) {
    case login_branch::plain:
    case login_branch::nowhere:
    case login_branch::with_secret:
      return let_in(who, dialog, when);
    case login_branch::captcha:
    case login_branch::captcha_page:
      return ask_captcha(who, dialog, arguments, when);
    case login_branch::code_by_app:
    case login_branch::code_by_sms:
    case login_branch::code_on_demand:
    case login_branch::code_and_captcha:
      return begin_check(validation_page::code, who, dialog, when);
    case login_branch::phone:
      return begin_check(validation_page::phone, who, dialog, when);
    case login_branch::unconfirmed:
      return begin_check(validation_page::link, who, dialog, when);
    case login_branch::too_many_tries:
      return page(200,
                  trouble_page(around_.style, "Too many login attempts, try again in some hours"));
    case login_branch::flood:
      return page(200, trouble_page(around_.style, "Flood control"));
    case login_branch::banned:
      return redirect_to(when.base_url + "/login?act=blocked");
    case login_branch::not_json:
      return page(502, trouble_page(around_.style, "Something is broken"));
  }
  return let_in(who, dialog, when);
}

answer web_login::ask_captcha(const account& who, const std::string& dialog,
                              const argument_list& arguments, const moment& when) {
  api_request request;
  request.arguments = arguments;
  const captcha* judged = nullptr;
  const auto verdict = around_.open.judge(request, when.now, &judged);
  if (verdict == captcha_verdict::right) return let_in(who, dialog, when);
  const auto& fresh = around_.open.open_captcha(fault_kind::captcha, false, 1, when.now);
  std::vector<name_value> values{{"sid", fresh.sid}, {"dif", "1"}, {"email", who.login()}};
  if (verdict == captcha_verdict::wrong) values.emplace_back("m", "5");
  return back_to_dialog(when, dialog, values);
}

answer web_login::let_in(const account& who, const std::string& dialog, const moment& when) {
  web_session created{random_.hex(58), who.login(), who.user()};
  auto back = back_to_dialog(when, without_prompt(dialog), {});
  const std::string safety = when.base_url.starts_with("https:") ? "; Secure" : "";
  const std::string name = around_.style.pick(2) == 0 ? "remixsid" : "remixsid6";
  back.headers.emplace_back(
      "Set-Cookie",
      name + "=" + created.id + "; Path=/; HttpOnly; SameSite=Lax" + cookie_domain(when) + safety);
  back.headers.emplace_back("Set-Cookie", "p=" + random_.hex(40) +
                                              "; Path=/; HttpOnly; SameSite=Lax" +
                                              cookie_domain(when, "login.") + safety);
  sessions_.push_back(std::move(created));
  if (sessions_.size() > most_sessions) sessions_.pop_front();
  return back;
}

answer web_login::begin_check(validation_page asks, const account& who, const std::string& dialog,
                              const moment& when) {
  check created;
  created.api_hash = random_.hex(18);
  created.page = asks;
  created.login = who.login();
  created.user = who.user();
  created.dialog = dialog.empty() ? "client_id=" : dialog;
  created.opened = when.now;
  const auto& entry = add_check(std::move(created));
  validation named;
  named.hash = entry.api_hash;
  named.page = asks;
  // The client `vk` searches for this instead of the `act` that VK sends.
  if (asks == validation_page::phone && around_.style.pick(2) == 1) {
    return redirect_to(when.base_url + "/login?security_check=1&api_hash=" + entry.api_hash);
  }
  auto next = redirect_to(validation_address(when.base_url, named));
  add_cookie(next, entry, when);
  if (const auto below = cookie_domain(when, "login."); !below.empty())
    next.headers.emplace_back("Set-Cookie", "p=" + random_.hex(40) + "; Path=/; HttpOnly" + below);
  return next;
}

std::optional<answer> web_login::answer_to(const http_message& message,
                                           const argument_list& arguments, const moment& when) {
  const auto path = path_of(message.target);
  if (path == "/" && arguments.find("act") == "login") {
    if (message.method != "POST") return page(405, trouble_page(around_.style, "Post the form."));
    auto reply = enter(arguments, when);
    return arguments.find("role") == "al_frame" ? framed(std::move(reply)) : std::move(reply);
  }
  if (auto shown = site_page(message, arguments, when)) return shown;
  if (path == "/al_login.php" && arguments.find("act") == "a_authcheck_code")
    return site_code(message, arguments, when);
  if (path == "/login") return second_step(message, arguments, when);
  return std::nullopt;
}

}  // namespace vkxx::emulation::detail
