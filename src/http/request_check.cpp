#include "http/request_check.hpp"

#include <algorithm>
#include <array>

#include "core/text/ascii.hpp"

namespace vkxx::http::detail {

using vkxx::detail::same_ignoring_case;
namespace {

bool starts_with(std::string_view text, std::string_view lower_prefix) noexcept {
  return same_ignoring_case(text.substr(0, lower_prefix.size()), lower_prefix);
}

std::string_view authority_of(std::string_view url) noexcept {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  url.remove_prefix(scheme_end + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

// RFC 9110, 5.6.2: the characters of a method and of a header's name.
constexpr auto token_characters = [] {
  std::array<bool, 256> is{};
  for (unsigned char c = '0'; c <= '9'; ++c) is[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) is[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) is[c] = true;
  for (const char c : std::string_view{"!#$%&'*+-.^_`|~"}) is[static_cast<unsigned char>(c)] = true;
  return is;
}();

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return token_characters[static_cast<unsigned char>(c)];
  });
}

bool has_line_break(std::string_view text) noexcept {
  // Thrice the library's search in blocks is faster than one loop over the bytes.
  return text.find('\r') != std::string_view::npos || text.find('\n') != std::string_view::npos ||
         text.find('\0') != std::string_view::npos;
}

error bad_request(std::string text) {
  return {errc::invalid_argument, request_effect::not_sent, std::move(text)};
}

std::optional<error> fault_of_url(std::string_view url) {
  if (!starts_with(url, "http://") && !starts_with(url, "https://")) {
    return bad_request("url: it does not begin with http:// or https://; give an absolute URL");
  }
  if (std::ranges::any_of(
          url, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; })) {
    return bad_request("url: it holds a space or a control character; percent-encode it");
  }
  const auto authority = authority_of(url);
  if (authority.find('@') != std::string_view::npos) {
    return bad_request("url: it holds a user or password before the host; leave them out");
  }
  if (authority.empty() || authority.front() == ':') return bad_request("url: the host is missing");
  return std::nullopt;
}

}  // namespace

std::string host_of(std::string_view url) {
  auto authority = authority_of(url);
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    authority.remove_prefix(at + 1);
  }
  return std::string{authority};
}

bool is_https(std::string_view url) noexcept {
  return starts_with(url, "https:");
}

std::optional<error> fault_of(const request& message) {
  if (!is_token(message.method())) {
    return bad_request("method: it is not an HTTP method such as GET or POST");
  }
  if (auto wrong = fault_of_url(message.url())) return wrong;
  for (const auto& line : message.headers()) {
    if (!is_token(line.name))
      return bad_request("headers: a name is empty or holds a forbidden character");
    if (has_line_break(line.value)) {
      return bad_request("headers: the value of `" + line.name +
                         "` holds a line break or a zero byte");
    }
  }
  if (has_line_break(message.bearer_token().expose())) {
    return bad_request(
        "bearer_token: it holds a line break or a zero byte; was a whole file read?");
  }
  if (message.timeout() < std::chrono::milliseconds{1}) {
    return bad_request("timeout: it is shorter than 1 ms");
  }
  return std::nullopt;
}

}  // namespace vkxx::http::detail
