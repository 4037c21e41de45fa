// The consent dialog of the older OAuth and of VK ID.
#include <algorithm>

#include "core/text/ascii.hpp"
#include "core/text/html.hpp"
#include "emulator/oauth/oauth_endpoints.hpp"
#include "emulator/web/html.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::lower_case;
namespace {

// Nothing that a browser reads as another host, or a header as its end.
bool is_plain_address(std::string_view address) {
  const auto is_odd = [](char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte <= 0x20 || byte == 0x7f ||
           std::string_view{"\"<>\\"}.find(letter) != std::string_view::npos;
  };
  if (std::ranges::any_of(address, is_odd)) return false;
  const auto scheme = address.find("://");
  const auto host = address.substr(scheme == std::string_view::npos ? 0 : scheme + 3);
  return host.substr(0, host.find_first_of("/?#")).find('@') == std::string_view::npos;
}

// The trusted redirect addresses of every application.
bool is_trusted(std::string_view address, const moment& when) {
  if (!is_plain_address(address)) return false;
  const auto begins = [&](std::string_view start) { return address.starts_with(start); };
  return begins("http://127.0.0.1:") || begins("http://localhost:") ||
         begins("https://app.example/") || address == when.base_url + "/blank.html";
}

// VK's blank page is on this server; it is the default of the older OAuth.
std::string where_to(std::string_view address, bool vk_id, const moment& when) {
  const bool blank = (address.empty() && !vk_id) || address == "https://oauth.vk.ru/blank.html" ||
                     address == "https://oauth.vk.com/blank.html";
  return blank ? when.base_url + "/blank.html" : std::string{address};
}

std::string consent_form(page_style& style, const argument_list& arguments, const moment& when) {
  std::vector<name_value> fields;
  for (const auto& entry : arguments.all()) {
    if (entry.first != "consent") fields.push_back(entry);
  }
  const auto button = [&](const std::string& value, std::string_view text) {
    return style.tag("button",
                     {{"type", "submit"}, {"name", "consent"}, {"value", value}, {"id", value}}) +
           std::string{text} + "</button>\n";
  };
  return style.form(
      when.base_url + "/authorize",
      style.hidden(std::move(fields)) + button("allow", "Allow") + button("cancel", "Cancel"));
}

}  // namespace

/// A dialog that ends with a code.
struct oauth_endpoints::code_request {
  const argument_list& arguments;
  const std::string& redirect_uri;
  const moment& when;

  [[nodiscard]] std::string argument(std::string_view name) const {
    return std::string{arguments.find(name).value_or("")};
  }
  [[nodiscard]] bool of_vk_id() const { return arguments.find("code_challenge").has_value(); }
  [[nodiscard]] std::vector<std::int64_t> groups() const {
    return of_vk_id() ? std::vector<std::int64_t>{} : id_list(argument("group_ids"));
  }
};

answer oauth_endpoints::authorize(const argument_list& arguments, const http_message& message,
                                  const moment& when) {
  const auto argument = [&](std::string_view name) { return arguments.find(name).value_or(""); };
  const bool vk_id = arguments.find("code_challenge").has_value();
  if (find_client(argument("client_id")) == nullptr) {
    return oauth_refusal("invalid_client", "client_id is incorrect");
  }
  const auto redirect_uri = where_to(argument("redirect_uri"), vk_id, when);
  if (!is_trusted(redirect_uri, when)) return wrong_redirect();
  if (!vk_id && !known_communities(argument("group_ids"))) {
    return oauth_refusal("invalid_request", "group_ids is incorrect");
  }
  if (argument("response_type") == "token" && !vk_id) {
    return implicit_.open(arguments, redirect_uri, id_list(argument("group_ids")), message, when);
  }
  if (argument("response_type") != "code") {
    return oauth_refusal("unsupported_response_type", "response_type is unsupported");
  }
  if (vk_id && lower_case(argument("code_challenge_method")) != "s256") {
    return oauth_refusal("invalid_request", "Code challenge method is unsupported");
  }
  // A SHA-256 in base64url has 43 letters.
  if (vk_id && argument("code_challenge").size() != 43) {
    return oauth_refusal("invalid_request", "Invalid code_challenge");
  }
  if (vk_id && (argument("state").empty() || arguments.find("code_verifier"))) {
    return oauth_refusal("invalid_request", argument("state").empty()
                                                ? "state is missing or invalid"
                                                : "code_verifier must not come with its challenge");
  }
  return consent({arguments, redirect_uri, when}, message);
}

// A browser without a session counts as that of user 1, unless the application requires a login.
answer oauth_endpoints::consent(const code_request& dialog, const http_message& message) {
  const auto* who = web_.session_of(message);
  const auto prompt = dialog.argument("prompt");
  if (prompt == "none" && who == nullptr) {
    return refuse_code(dialog, "login_required", "The user has to log in");
  }
  if (prompt == "none" && !auto_consent_) {
    return refuse_code(dialog, "interaction_required", "The user has to agree");
  }
  if (prompt.find("login") != std::string::npos)
    return web_.form_for(dialog.arguments, dialog.when);
  const std::int64_t user = who == nullptr ? 1 : who->user;
  if (const auto foreign = state_.not_administered(user, dialog.groups())) {
    return refuse_code(dialog, "access_denied", not_an_administrator(*foreign));
  }
  if (auto_consent_) return give_code(dialog, user);
  if (message.method == "POST" && dialog.argument("consent") == "allow") {
    return give_code(dialog, user);
  }
  if (message.method == "POST" && dialog.argument("consent") == "cancel") {
    return refuse_code(dialog, "access_denied", "User denied your request", "user_denied");
  }
  const auto* person = state_.find_person(user);
  const auto text =
      "<p>" + vkxx::detail::html_escaped(person->first_name.latin + " " + person->last_name.latin) +
      ", the app <b>" + vkxx::detail::html_escaped(dialog.argument("client_id")) +
      "</b> asks for access: " + vkxx::detail::html_escaped(dialog.argument("scope")) + "</p>\n";
  return page(200, vkxx::detail::html_document(
                       "Let the app in?", text + style_.decoys() +
                                              consent_form(style_, dialog.arguments, dialog.when)));
}

answer oauth_endpoints::refuse_code(const code_request& dialog, std::string_view error,
                                    std::string_view description, std::string_view reason) {
  std::vector<name_value> values{{"error", std::string{error}}};
  if (!reason.empty()) values.emplace_back("error_reason", std::string{reason});
  values.emplace_back("error_description", std::string{description});
  const auto state = dialog.argument("state");
  if (!state.empty()) values.emplace_back("state", state);
  return redirect_to(with_query(dialog.redirect_uri, values));
}

answer oauth_endpoints::give_code(const code_request& dialog, std::int64_t user) {
  const bool vk_id = dialog.of_vk_id();
  given_code given;
  given.challenge = dialog.argument("code_challenge");
  given.code = vk_id ? "vk2.a.emulator-code-" + random_.hex(40) : random_.hex(18);
  given.client = dialog.argument("client_id");
  given.redirect_uri = dialog.redirect_uri;
  given.scope = dialog.argument("scope");
  given.user = user;
  if (vk_id) given.device_id = "emulator-device-" + random_.hex(16);
  given.ends = dialog.when.now + (vk_id ? code_lifetime : std::chrono::minutes{60});
  given.groups = dialog.groups();
  std::vector<name_value> values{{"code", given.code}};
  const auto state = dialog.argument("state");
  if (!state.empty()) values.emplace_back("state", state);
  if (vk_id) {
    values.emplace_back("device_id", given.device_id);
    values.emplace_back("type", "code_v2");
    values.emplace_back("expires_in", "600");
  }
  codes_.push_back(std::move(given));
  return redirect_to(with_query(dialog.redirect_uri, values));
}

std::vector<std::int64_t> oauth_endpoints::id_list(std::string_view list) {
  std::vector<std::int64_t> ids;
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    ids.push_back(whole_number(list.substr(0, end)).value_or(0));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return ids;
}

bool oauth_endpoints::known_communities(std::string_view list) {
  return std::ranges::all_of(
      id_list(list), [this](std::int64_t id) { return state_.find_community(id) != nullptr; });
}

}  // namespace vkxx::emulation::detail
