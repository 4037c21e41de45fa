#include "auth/web_login/cookie_jar.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include "core/text/ascii.hpp"

namespace vkxx::auth {
namespace {

// The part up to the separator; `text` loses both.
std::string_view next_part(std::string_view& text, char separator) {
  const auto end = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return trimmed(part);
}

bool is_number(std::string_view host) noexcept {
  return host.find(':') != std::string_view::npos ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool domain_matches(std::string_view host, std::string_view domain) noexcept {
  if (host == domain) return true;
  return !is_number(host) && host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

bool path_matches(std::string_view path, std::string_view cookie) noexcept {
  if (!path.starts_with(cookie)) return false;
  return path.size() == cookie.size() || cookie.ends_with('/') || path[cookie.size()] == '/';
}

std::string default_path(std::string_view path) {
  const auto last = path.rfind('/');
  if (last == std::string_view::npos || last == 0) return "/";
  return std::string{path.substr(0, last)};
}

// A login takes minutes: what matters of an expiry is whether it is past, and servers take a cookie
// back by a year long gone.
bool is_over(std::string_view expires) noexcept {
  for (std::size_t i = 0; i + 4 <= expires.size(); ++i) {
    int year = 0;
    const auto* const begin = expires.data() + i;
    const auto [end, failure] = std::from_chars(begin, begin + 4, year);
    if (failure == std::errc{} && end == begin + 4 && year >= 1900) return year < 2020;
  }
  return false;
}

// Browsers send these by plain http to this machine, too.
bool is_this_machine(std::string_view host) noexcept {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

void cookie_jar::take(const web_address& from, const std::vector<http::header>& headers) {
  for (const auto& [name, value] : headers) {
    if (lower_case(name) == "set-cookie" && value.size() <= longest_cookie) take_one(from, value);
  }
}

void cookie_jar::take_one(const web_address& from, std::string_view line) {
  auto pair = next_part(line, ';');
  if (pair.find('=') == std::string_view::npos) return;
  cookie fresh;
  fresh.name = next_part(pair, '=');
  fresh.value = secret{std::string{trimmed(pair)}};
  fresh.domain = from.host;
  fresh.path = default_path(from.path);
  bool over = false;
  bool has_age = false;
  while (!line.empty()) {
    auto attribute = next_part(line, ';');
    const auto name = lower_case(next_part(attribute, '='));
    const auto value = trimmed(attribute);
    if (name == "secure") fresh.secure = true;
    if (name == "path" && value.starts_with('/')) fresh.path = value;
    if (name == "max-age") {
      has_age = true;
      over = value.starts_with('-') || value == "0";
    }
    if (name == "expires" && !has_age) over = is_over(value);
    if (name == "domain" && !value.empty()) {
      auto domain = lower_case(value.starts_with('.') ? value.substr(1) : value);
      // Not for others, and not for all of a top-level domain.
      if (!domain_matches(from.host, domain)) return;
      if (domain != from.host && domain.find('.') == std::string::npos) return;
      fresh.host_only = domain == from.host && is_number(domain);
      fresh.domain = std::move(domain);
    }
  }
  if (fresh.name.empty() || (fresh.secure && !from.secure() && !is_this_machine(from.host))) return;
  put(std::move(fresh), over);
}

void cookie_jar::put(cookie fresh, bool over) {
  std::erase_if(cookies_, [&](const cookie& held) {
    return held.name == fresh.name && held.domain == fresh.domain && held.path == fresh.path;
  });
  if (!over && cookies_.size() < most_cookies) cookies_.push_back(std::move(fresh));
}

secret cookie_jar::header_for(const web_address& to) const {
  std::string text;
  for (const auto& stored : cookies_) {
    const bool host =
        stored.host_only ? to.host == stored.domain : domain_matches(to.host, stored.domain);
    const bool safe = !stored.secure || to.secure() || is_this_machine(to.host);
    if (!host || !safe || !path_matches(to.path, stored.path)) continue;
    if (!text.empty()) text += "; ";
    text += stored.name + "=" + stored.value.expose();
  }
  return secret{std::move(text)};
}

bool cookie_jar::has(std::string_view name) const noexcept {
  return std::any_of(cookies_.begin(), cookies_.end(),
                     [&](const cookie& stored) { return stored.name == name; });
}

}  // namespace vkxx::auth
