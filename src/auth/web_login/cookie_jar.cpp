#include "auth/web_login/cookie_jar.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "core/text/ascii.hpp"
#include "core/text/loopback.hpp"

namespace vkxx::auth::detail {

using vkxx::detail::lower_case;
using vkxx::detail::trimmed;
namespace {

// The part before the separator; removes both from `text`.
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

bool is_digits(std::string_view text) noexcept {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The year of a date in any of the forms in use: after the day, of two or four digits (RFC 6265,
// 5.1.1). Nothing: not a date.
std::optional<int> year_of(std::string_view date) {
  bool day_seen = false;
  while (!date.empty()) {
    const auto end = std::min(date.find_first_of(" -,"), date.size());
    const auto token = date.substr(0, end);
    date.remove_prefix(std::min(end + 1, date.size()));
    if (!is_digits(token)) continue;
    if (!day_seen) {
      if (token.size() > 2) return std::nullopt;
      day_seen = true;
      continue;
    }
    int year = 0;
    if (token.size() != 2 && token.size() != 4) return std::nullopt;
    std::from_chars(token.data(), token.data() + token.size(), year);
    if (token.size() == 4) return year;
    return year + (year < 70 ? 2000 : 1900);
  }
  return std::nullopt;
}

// A login takes minutes, so only a past expiry matters, and servers delete a cookie by a year in
// the distant past.
bool is_over(std::string_view expires) {
  const auto year = year_of(expires);
  return year && *year < 2020;
}

// Whether the cookie has expired by `Max-Age`; nothing: not a number.
std::optional<bool> is_over_by_age(std::string_view age) noexcept {
  const bool negative = age.starts_with('-');
  if (negative) age.remove_prefix(1);
  if (!is_digits(age)) return std::nullopt;
  return negative || age.find_first_not_of('0') == std::string_view::npos;
}

bool has_control_characters(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7F';
  });
}

}  // namespace

void cookie_jar::take(const web_address& from, const std::vector<http::header>& headers) {
  for (const auto& [name, value] : headers) {
    if (lower_case(name) == "set-cookie" && value.size() <= longest_cookie) take_one(from, value);
  }
}

void cookie_jar::take_one(const web_address& from, std::string_view line) {
  if (has_control_characters(line)) return;
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
    if (const auto ends = name == "max-age" ? is_over_by_age(value) : std::nullopt) {
      has_age = true;
      over = *ends;
    }
    if (name == "expires" && !has_age) over = is_over(value);
    if (name == "domain" && !value.empty()) {
      auto domain = lower_case(value.starts_with('.') ? value.substr(1) : value);
      // Not for other hosts, and not for a whole top-level domain.
      if (!domain_matches(from.host, domain)) return;
      const bool top_level = domain.find('.') == std::string::npos;
      if (domain != from.host && top_level) return;
      fresh.host_only = domain == from.host && (is_number(domain) || top_level);
      fresh.domain = std::move(domain);
    }
  }
  if (fresh.name.empty() ||
      (fresh.secure && !from.secure() && !vkxx::detail::is_loopback(from.host)))
    return;
  put(std::move(fresh), over);
}

void cookie_jar::put(cookie fresh, bool over) {
  const auto held = std::find_if(cookies_.begin(), cookies_.end(), [&](const cookie& stored) {
    return stored.name == fresh.name && stored.domain == fresh.domain && stored.path == fresh.path;
  });
  if (held != cookies_.end()) {
    if (over) {
      cookies_.erase(held);
    } else {
      *held = std::move(fresh);
    }
    return;
  }
  if (over || cookies_.size() >= most_cookies) return;
  // The order of the header (RFC 6265, 5.4).
  const auto place = std::find_if(cookies_.begin(), cookies_.end(), [&](const cookie& stored) {
    return stored.path.size() < fresh.path.size();
  });
  cookies_.insert(place, std::move(fresh));
}

secret cookie_jar::header_for(const web_address& to) const {
  std::string text;
  for (const auto& stored : cookies_) {
    const bool host =
        stored.host_only ? to.host == stored.domain : domain_matches(to.host, stored.domain);
    const bool safe = !stored.secure || to.secure() || vkxx::detail::is_loopback(to.host);
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

}  // namespace vkxx::auth::detail
