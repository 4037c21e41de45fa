// The front page of VK's site, and its login within a frame: for clients that log in there before
// they open a dialog of OAuth. Only under VK's own host names; elsewhere `/` is the console.
#include <algorithm>

#include "core/encoding/base64url.hpp"
#include "core/text/html.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/http/vk_hosts.hpp"
#include "emulator/web/html.hpp"
#include "emulator/web/login_check.hpp"
#include "emulator/web/login_pages.hpp"

namespace vkxx::emulation::detail {
namespace {

bool is_site_page(std::string_view path) {
  return path == "/feed" || path == "/feed.php" || path == "/settings";
}

std::string_view location_of(const answer& reply) {
  const auto found = std::ranges::find(reply.headers, "Location", &name_value::first);
  return found == reply.headers.end() ? std::string_view{} : found->second;
}

std::string value_in(std::string_view address, std::string_view name) {
  const auto query = query_of(address);
  for (const auto& [key, value] : read_urlencoded(std::string{query}))
    if (key == name) return value;
  return {};
}

answer script_page(std::string_view script) {
  return page(200, "<!DOCTYPE html>\n<script>\n" + std::string{script} + "\n</script>\n");
}

}  // namespace

std::string cookie_domain(const moment& when, std::string_view below) {
  const auto host = host_of_base(when.base_url);
  const auto domain = vk_domain(host);
  if (domain.empty()) return {};
  const auto wanted = std::string{below} + std::string{domain};
  const bool fits = below.empty() || host.substr(0, host.find(':')) == wanted;
  return fits ? "; Domain=." + wanted : std::string{};
}

std::optional<answer> web_login::site_page(const http_message& message,
                                           const argument_list& arguments, const moment& when) {
  const auto path = path_of(message.target);
  const bool front = path == "/" && !arguments.find("act");
  if (vk_domain(host_of_base(when.base_url)).empty()) return std::nullopt;
  if (!front && !is_site_page(path)) return std::nullopt;
  const auto* session = session_of(message);
  if (session != nullptr && front) return redirect_to(when.base_url + "/feed");
  if (session != nullptr) return page(200, trouble_page(around_.style, "You are logged in."));
  if (!front) return redirect_to(when.base_url + "/");
  argument_list shown;
  for (const std::string_view name : {"m", "sid", "email"})
    if (const auto value = arguments.find(name)) shown.set(std::string{name}, std::string{*value});
  shown.set("to", std::string{site_destination});
  return form_for(shown, when);
}

// The page in the frame tells the site's script what happened.
answer web_login::framed(answer reply) {
  if (reply.status != 302) return reply;
  const std::string location{location_of(reply)};
  std::erase_if(reply.headers, [](const name_value& header) { return header.first == "Location"; });
  std::string script = "parent.onLoginDone('/feed');";
  if (path_of(location).ends_with("/error")) {
    script = "parent.onLoginFailed(7, {});";
  } else if (const auto sid = value_in(location, "sid"); !sid.empty()) {
    script = "parent.onLoginCaptcha('" + in_script(sid) + "', '1');";
  } else if (value_in(location, "m") == "4") {
    script = "parent.onLoginFailed(4, {});";
  } else if (location.find("/login?") != std::string::npos) {
    script = "parent.location.href = \"" + in_script(location) + "\";";
  }
  auto shown = script_page(script);
  for (auto& header : reply.headers)
    if (header.first == "Set-Cookie") shown.headers.push_back(std::move(header));
  return shown;
}

// The answer of the site's script to a code: a status, and where to go on.
answer web_login::site_code(const http_message& message, const argument_list& arguments,
                            const moment& when) {
  auto* current = find_check(message, arguments, when);
  if (current == nullptr) {
    // The script keeps the hash of the page while captchas are answered.
    auto rest = arguments;
    rest.erase("hash");
    current = find_check(message, rest, when);
  }
  const auto payload = [](std::string_view status, std::string_view values) {
    answer reply;
    reply.content_type = "text/html; charset=utf-8";
    reply.body = "<!--{\"payload\":[\"" + std::string{status} + "\"," + std::string{values} + "]}";
    return reply;
  };
  if (current == nullptr) return payload("8", R"(["\"The code is wrong\""])");
  const auto reply = take(*current, arguments, when);
  const auto location = location_of(reply);
  if (location.empty()) {
    const auto shown = reply.body;
    constexpr std::string_view mark = "name=\"captcha_sid\" value=\"";
    const auto at = shown.find(mark);
    if (at == std::string::npos) return payload("8", R"(["\"The code is wrong\""])");
    const auto begin = at + mark.size();
    const auto sid = shown.substr(begin, shown.find('"', begin) - begin);
    return payload("2", "[\"\\\"" + sid + "\\\"\",1]");
  }
  if (location.find("m=442") != std::string_view::npos)
    return payload("8", R"(["\"The code is wrong\""])");
  auto done = payload("4", "[\"\\\"" + std::string{location} + "\\\"\"]");
  for (const auto& header : reply.headers)
    if (header.first == "Set-Cookie") done.headers.push_back(header);
  return done;
}

}  // namespace vkxx::emulation::detail
