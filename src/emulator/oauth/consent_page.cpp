// The page on which a person lets an app in: of the older OAuth, and of VK ID.
#include <algorithm>

#include "emulator/form_reader.hpp"
#include "emulator/oauth/ways_in.hpp"

namespace vkxx::emulation {
namespace {

std::string in_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string in_url(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.';
    if (plain) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += digits[static_cast<unsigned char>(c) >> 4U];
      encoded += digits[static_cast<unsigned char>(c) & 15U];
    }
  }
  return encoded;
}

// The addresses that every app of the emulator has among its trusted ones.
bool is_trusted(std::string_view address, const moment& when) {
  const auto begins = [&](std::string_view start) { return address.starts_with(start); };
  return begins("http://127.0.0.1:") || begins("http://localhost:") ||
         begins("https://app.example/") || address == when.base_url + "/blank.html";
}

answer redirect_to(std::string target) {
  answer made = page(302, {});
  made.headers.emplace_back("Location", std::move(target));
  made.headers.emplace_back("Cache-Control", "no-store");
  return made;
}

std::string form_of(const argument_list& arguments) {
  std::string html = "<form method=\"post\" action=\"/authorize\">\n";
  for (const auto& [name, value] : arguments.all()) {
    html += "<input type=\"hidden\" name=\"" + in_html(name) + "\" value=\"" + in_html(value) +
            "\">\n";
  }
  return html +
         "<button type=\"submit\" name=\"consent\" value=\"allow\" id=\"allow\">Allow</button>\n"
         "<button type=\"submit\" name=\"consent\" value=\"cancel\" id=\"cancel\">Cancel</button>\n"
         "</form>\n";
}

}  // namespace

answer ways_in::consent(const argument_list& arguments, const http_message& message,
                        const moment& when) {
  const auto argument = [&](std::string_view name) { return arguments.find(name).value_or(""); };
  const bool vk_id = arguments.find("code_challenge").has_value();
  if (find_client(argument("client_id")) == nullptr) {
    return oauth_refusal("invalid_client", "client_id is incorrect");
  }
  if (!is_trusted(argument("redirect_uri"), when)) {
    return oauth_refusal("invalid_request",
                         "redirect_uri is incorrect, check application redirect uri in the "
                         "settings page");
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
  if (message.method != "POST") {
    return page(200, "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>Let the app in?"
                     "</title></head>\n<body>\n<h1>Let the app in?</h1>\n" +
                         form_of(arguments) + "</body></html>\n");
  }
  std::string target{argument("redirect_uri")};
  const auto state = argument("state");
  if (argument("consent") != "allow") {
    target += "?error=access_denied&error_reason=user_denied&error_description=" +
              in_url("User denied your request");
    if (!state.empty()) target += "&state=" + in_url(state);
    return redirect_to(std::move(target));
  }
  const auto& given = give_code(arguments, when);
  target += "?code=" + given.code;
  if (!state.empty()) target += "&state=" + in_url(state);
  if (vk_id) target += "&device_id=" + in_url(given.device_id) + "&type=code_v2&expires_in=600";
  return redirect_to(std::move(target));
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
