// The dialog in which a person lets an app in: of the older OAuth, and of VK ID.
#include <algorithm>

#include "emulator/oauth/ways_in.hpp"
#include "emulator/web/html.hpp"

namespace vkxx::emulation {
namespace {

// The addresses that every app of the emulator has among its trusted ones.
bool is_trusted(std::string_view address, const moment& when) {
  const auto begins = [&](std::string_view start) { return address.starts_with(start); };
  return begins("http://127.0.0.1:") || begins("http://localhost:") ||
         begins("https://app.example/") || address == when.base_url + "/blank.html";
}

// VK's blank page is this server's; it is also the default of the older OAuth.
std::string where_to(std::string_view address, bool vk_id, const moment& when) {
  const bool blank = (address.empty() && !vk_id) || address == "https://oauth.vk.ru/blank.html" ||
                     address == "https://oauth.vk.com/blank.html";
  return blank ? when.base_url + "/blank.html" : std::string{address};
}

std::string form_of(const argument_list& arguments) {
  std::string html = "<form method=\"post\" action=\"/authorize\">\n";
  for (const auto& [name, value] : arguments.all()) {
    html +=
        "<input type=\"hidden\" name=\"" + in_html(name) + "\" value=\"" + in_html(value) + "\">\n";
  }
  return html +
         "<button type=\"submit\" name=\"consent\" value=\"allow\" id=\"allow\">Allow</button>\n"
         "<button type=\"submit\" name=\"consent\" value=\"cancel\" id=\"cancel\">Cancel</button>\n"
         "</form>\n";
}

}  // namespace

answer ways_in::authorize(const argument_list& arguments, const http_message& message,
                          const moment& when) {
  const auto argument = [&](std::string_view name) { return arguments.find(name).value_or(""); };
  const bool vk_id = arguments.find("code_challenge").has_value();
  if (find_client(argument("client_id")) == nullptr) {
    return oauth_refusal("invalid_client", "client_id is incorrect");
  }
  const auto redirect_uri = where_to(argument("redirect_uri"), vk_id, when);
  if (!is_trusted(redirect_uri, when)) {
    return oauth_refusal("invalid_request",
                         "redirect_uri is incorrect, check application redirect uri in the "
                         "settings page");
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
  if (vk_id && argument("state").empty()) {
    return oauth_refusal("invalid_request", "state is missing or invalid");
  }
  return consent(arguments, redirect_uri, message, when);
}

answer ways_in::consent(const argument_list& arguments, const std::string& redirect_uri,
                        const http_message& message, const moment& when) {
  if (message.method != "POST" || !arguments.find("consent")) {
    return page(200, html_document("Let the app in?", form_of(arguments)));
  }
  const bool vk_id = arguments.find("code_challenge").has_value();
  const std::string state{arguments.find("state").value_or("")};
  std::vector<name_value> values;
  if (arguments.find("consent") != "allow") {
    values = {{"error", "access_denied"},
              {"error_reason", "user_denied"},
              {"error_description", "User denied your request"}};
    if (!state.empty()) values.emplace_back("state", state);
    return redirect_to(with_query(redirect_uri, values));
  }
  const auto& given = give_code(arguments, when);
  values.emplace_back("code", given.code);
  if (!state.empty()) values.emplace_back("state", state);
  if (vk_id) {
    values.emplace_back("device_id", given.device_id);
    values.emplace_back("type", "code_v2");
    values.emplace_back("expires_in", "600");
  }
  return redirect_to(with_query(redirect_uri, values));
}

const given_code& ways_in::give_code(const argument_list& arguments, const moment& when) {
  const auto argument = [&](std::string_view name) {
    return std::string{arguments.find(name).value_or("")};
  };
  given_code given;
  given.challenge = argument("code_challenge");
  const bool vk_id = !given.challenge.empty();
  given.code = vk_id ? "vk2.a.emulator-code-" + random_.hex(40) : random_.hex(18);
  given.client = argument("client_id");
  given.redirect_uri = argument("redirect_uri");
  given.scope = argument("scope");
  if (vk_id) given.device_id = "emulator-device-" + random_.hex(16);
  given.ends = when.now + (vk_id ? code_lifetime : std::chrono::minutes{60});
  for (const auto& id : id_list(argument("group_ids"))) given.groups.push_back(id);
  codes_.push_back(std::move(given));
  return codes_.back();
}

std::vector<std::int64_t> ways_in::id_list(std::string_view list) {
  std::vector<std::int64_t> ids;
  std::int64_t id = 0;
  bool any = false;
  for (const char c : std::string{list} + ",") {
    if (c >= '0' && c <= '9' && id < 100'000'000'000) {
      id = id * 10 + (c - '0');
      any = true;
    } else if (c == ',' && any) {
      ids.push_back(id);
      id = 0;
      any = false;
    }
  }
  return ids;
}

}  // namespace vkxx::emulation
