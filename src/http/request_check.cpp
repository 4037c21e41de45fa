#include "http/request_check.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <limits>

#include "core/text/ascii.hpp"

namespace vkxx::http::detail {

using vkxx::detail::same_ignoring_case;
namespace {

constexpr std::size_t smallest_buffer = 1024;
constexpr std::size_t largest_buffer = std::size_t{1} << 20U;
constexpr auto largest_body =
    static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());  // libcurl's

bool starts_with(std::string_view text, std::string_view lower_prefix) noexcept {
  return same_ignoring_case(text.substr(0, lower_prefix.size()), lower_prefix);
}

std::string_view authority_of(std::string_view url) noexcept {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return {};
  url.remove_prefix(scheme_end + 3);
  const auto end =
      std::ranges::find_if(url, [](char c) { return c == '/' || c == '?' || c == '#'; });
  return url.substr(0, static_cast<std::size_t>(end - url.begin()));
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
  // Three of the library's block searches are faster than one loop over the bytes.
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
  // Without a branch for each character the loop is vectorised.
  bool unfit = false;
  for (const char c : url) unfit |= static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
  if (unfit) {
    return bad_request("url: it holds a space or a control character; percent-encode it");
  }
  const auto authority = authority_of(url);
  if (authority.find('@') != std::string_view::npos) {
    return bad_request("url: it holds a user or password before the host; leave them out");
  }
  if (authority.empty() || authority.front() == ':') return bad_request("url: the host is missing");
  return std::nullopt;
}

std::optional<error> fault_of_streams(const request& message) {
  if (message.method() == "HEAD" && (message.source() || message.sink())) {
    return bad_request("method: a HEAD request has no body and gets none, so it has no " +
                       std::string{message.source() ? "source" : "sink"});
  }
  if (message.body_size() > largest_body) {
    return bad_request("body: the source says that it is larger than 8 EiB");
  }
  const auto silence = message.silence_limit();
  if (silence != duration::zero() &&
      (silence < std::chrono::milliseconds{1} || silence > std::chrono::hours{24})) {
    return bad_request("silence_limit: expected 1 ms to 24 h, or zero for none");
  }
  const auto buffer = message.receive_buffer();
  if (buffer != 0 && (buffer < smallest_buffer || buffer > largest_buffer)) {
    return bad_request("receive_buffer: expected 1 KiB to 1 MiB, or 0 for the default");
  }
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

std::string_view origin_of(std::string_view url) noexcept {
  return url.substr(0, url.find_first_of("/?#", url.find("://") + 3));
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
  return fault_of_streams(message);
}

}  // namespace vkxx::http::detail
