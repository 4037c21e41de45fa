#include <vkxx/core/redaction.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <optional>
#include <utility>

#include <vkxx/core/secret.hpp>

#include "core/text/ascii.hpp"
#include "core/text/number.hpp"

namespace vkxx {
namespace {

// Sorted, lower case. What may be logged is an allow-list elsewhere; this list is for places that
// must show parameters (error texts, recordings) and for texts that came from others.
constexpr std::array secret_names{
    std::string_view{"access_token"},  std::string_view{"anonymous_token"},
    std::string_view{"api_hash"},      std::string_view{"auth_code"},
    std::string_view{"auth_key"},      std::string_view{"authorization"},
    std::string_view{"authorize_url"}, std::string_view{"captcha_key"},
    std::string_view{"client_secret"}, std::string_view{"code"},
    std::string_view{"code_verifier"}, std::string_view{"cookie"},
    std::string_view{"extend_hash"},   std::string_view{"hash"},
    std::string_view{"id_token"},      std::string_view{"key"},
    std::string_view{"pass"},          std::string_view{"password"},
    std::string_view{"redirect_hash"}, std::string_view{"refresh_token"},
    std::string_view{"remixsid"},      std::string_view{"remixsid6"},
    std::string_view{"remixstlid"},    std::string_view{"secret"},
    std::string_view{"secret_key"},    std::string_view{"session_token"},
    std::string_view{"set-cookie"},    std::string_view{"sig"},
    std::string_view{"sign"},          std::string_view{"silent_token"},
    std::string_view{"success_token"}, std::string_view{"token"},
    std::string_view{"trusted_hash"},
};
static_assert(std::is_sorted(secret_names.begin(), secret_names.end()));

struct method_parameter {
  std::string_view method;
  std::string_view name;
  bool operator==(const method_parameter&) const = default;
};

// Secret by name, but of these methods something else: a script, a country, a name of the user's.
constexpr std::array harmless{
    method_parameter{"account.setPushSettings", "key"},
    method_parameter{"appWidgets.update", "code"},
    method_parameter{"database.getCountries", "code"},
    method_parameter{"execute", "code"},
    method_parameter{"storage.get", "key"},
    method_parameter{"storage.set", "key"},
    method_parameter{"utils.deleteFromLastShortened", "key"},
    method_parameter{"utils.getLinkStats", "key"},
};

// Of each first letter, the lengths that secret names have, as bits: nearly all other words of a
// text are known by these.
constexpr auto secret_lengths = [] {
  std::array<std::uint32_t, 256> lengths{};
  for (const auto name : secret_names)
    lengths[static_cast<unsigned char>(name.front())] |= 1U << name.size();
  return lengths;
}();

constexpr auto token_characters = [] {
  std::array<bool, 256> is{};
  for (unsigned char c = '0'; c <= '9'; ++c) is[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) is[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) is[c] = true;
  for (const char c : {'_', '-', '.'}) is[static_cast<unsigned char>(c)] = true;
  return is;
}();

bool is_token_character(char c) noexcept {
  return token_characters[static_cast<unsigned char>(c)];
}

bool is_hexadecimal(std::string_view word) noexcept {
  return std::all_of(word.begin(), word.end(),
                     [](unsigned char c) { return std::isxdigit(c) != 0; });
}

// VK's tokens: `vk1.a.…`, `vk2.a.…`, and the older ones of 85 (at times 64) hexadecimal digits.
bool looks_like_token(std::string_view word) noexcept {
  const bool prefixed = word.size() > 8 && word.substr(0, 2) == "vk" &&
                        std::isdigit(static_cast<unsigned char>(word[2])) != 0 &&
                        word.substr(3, 3) == ".a.";
  return prefixed || (word.size() >= 60 && is_hexadecimal(word));
}

struct marked_value {
  std::size_t begin;
  std::size_t end;
};

// Skips `\` before quotes: JSON inside a JSON string.
std::size_t after_backslashes(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && text[at] == '\\') ++at;
  return at;
}

std::size_t after_spaces(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}

bool is_quote(std::string_view text, std::size_t at) noexcept {
  return at < text.size() && (text[at] == '"' || text[at] == '\'');
}

// The rest of a header line after its name, without `Bearer`.
marked_value header_value(std::string_view text, std::size_t at) noexcept {
  constexpr std::string_view scheme = "bearer ";
  const auto begins = text.substr(at, scheme.size());
  const bool bearer = detail::same_ignoring_case(begins, scheme);
  if (bearer) at = after_spaces(text, at + scheme.size());
  return {at, std::min(text.find_first_of("\r\n", at), text.size())};
}

// The value that follows a secret name ending at `name_end`: `name=value`, `"name":"value"`, both
// also escaped once more, or the header `Authorization: value`.
marked_value value_after(std::string_view text, std::size_t name_end, bool header) noexcept {
  std::size_t at = after_backslashes(text, name_end);
  const bool quoted_name = is_quote(text, at);
  if (quoted_name) ++at;
  at = after_spaces(text, at);
  const auto escape = text.substr(at, 3);
  const bool escaped_sign = escape == "%3D" || escape == "%3d";
  if (escaped_sign) {
    at += 3;
  } else {
    if (at >= text.size() || (text[at] != '=' && text[at] != ':')) return {0, 0};
    const bool bare_colon = text[at] == ':' && !quoted_name;
    if (bare_colon && !header) return {0, 0};
    at = after_spaces(text, at + 1);
    if (bare_colon) return header_value(text, at);
  }
  const std::size_t quote_at = after_backslashes(text, at);
  if (is_quote(text, quote_at)) {
    const bool escaped = quote_at != at;
    const char quote = text[quote_at];
    at = quote_at + 1;
    std::size_t end = at;
    if (escaped) {
      end = std::min(text.find_first_of("\\\"'", at), text.size());
    } else {
      while (end < text.size() && text[end] != quote) end += text[end] == '\\' ? 2 : 1;
    }
    return {at, std::min(end, text.size())};
  }
  const std::string_view stops = escaped_sign ? "%&#;, \t\r\n\"'<>}])" : "&#;, \t\r\n\"'<>}])";
  return {at, std::min(text.find_first_of(stops, at), text.size())};
}

bool is_secret_header(std::string_view name) noexcept {
  constexpr std::array names{std::string_view{"authorization"}, std::string_view{"cookie"},
                             std::string_view{"set-cookie"}};
  return std::any_of(names.begin(), names.end(), [&](std::string_view known) {
    return detail::same_ignoring_case(name, known);
  });
}

// The password of `scheme://user:password@host`, if one begins at `scheme_end` ("://").
marked_value url_password(std::string_view text, std::size_t scheme_end) noexcept {
  const std::size_t begin = scheme_end + 3;
  const std::size_t end = std::min(text.find_first_of("/?# \t\r\n\"'<>", begin), text.size());
  const std::string_view authority = text.substr(begin, end - begin);
  const std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) return {0, 0};
  const std::size_t colon = authority.find(':');
  if (colon == std::string_view::npos || colon > at) return {0, 0};
  return {begin + colon + 1, begin + at};
}

struct echoed_parameter {
  marked_value name;
  marked_value value;  // its end is 0: there is none
};

// VK's errors repeat parameters as `{"key":"NAME","value":"VALUE"}`, perhaps escaped once more.
// `key_end` is behind the word `key`.
echoed_parameter echoed_after(std::string_view text, std::size_t key_end) noexcept {
  constexpr std::string_view label = "value";
  echoed_parameter echoed{value_after(text, key_end, false), {0, 0}};
  std::size_t at = after_backslashes(text, echoed.name.end);
  if (echoed.name.end == 0 || !is_quote(text, at)) return echoed;
  at = after_spaces(text, at + 1);
  if (at >= text.size() || text[at] != ',') return echoed;
  at = after_backslashes(text, after_spaces(text, at + 1));
  if (!is_quote(text, at) || text.substr(at + 1, label.size()) != label) return echoed;
  echoed.value = value_after(text, at + 1 + label.size(), false);
  return echoed;
}

}  // namespace

bool is_secret_parameter(std::string_view name) noexcept {
  constexpr std::string_view of_community = "access_token_";
  if (name.empty()) return false;
  const auto first = vkxx::detail::lower_case(name.front());
  const auto lengths = secret_lengths[static_cast<unsigned char>(first)];
  const bool as_long_as_a_secret = name.size() < 32 && (lengths >> name.size() & 1U) != 0;
  const bool perhaps_of_community = first == of_community.front() && name.size() > 12;
  if (!as_long_as_a_secret && !perhaps_of_community && name.size() <= 64) return false;
  // No secret name is longer; communities' tokens come as access_token_<id>.
  std::array<char, 64> lower{};
  if (name.size() > lower.size()) return name.find("token") != std::string_view::npos;
  std::transform(name.begin(), name.end(), lower.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  });
  const std::string_view lowered{lower.data(), name.size()};
  return std::binary_search(secret_names.begin(), secret_names.end(), lowered) ||
         lowered.starts_with(of_community);
}

bool is_secret_parameter(std::string_view method, std::string_view name) noexcept {
  return is_secret_parameter(name) && std::find(harmless.begin(), harmless.end(),
                                                method_parameter{method, name}) == harmless.end();
}

std::string redacted_parameter(std::string_view name, std::string_view value) {
  return redacted_parameter(std::string_view{}, name, value);
}

std::string redacted_parameter(std::string_view method, std::string_view name,
                               std::string_view value) {
  return is_secret_parameter(method, name) ? redacted(value) : redacted_text(value);
}

std::string redacted_text(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  std::size_t at = 0;
  // Up to here the text is in `shown`.
  std::size_t copied = 0;
  const auto hide = [&](marked_value part) {
    shown += text.substr(copied, part.begin - copied);
    shown += redacted(text.substr(part.begin, part.end - part.begin));
    copied = at = part.end;
  };
  while (at < text.size()) {
    marked_value hidden{0, 0};
    std::size_t word_end = at;
    if (is_token_character(text[at])) {
      while (word_end < text.size() && is_token_character(text[word_end])) ++word_end;
      const std::string_view word = text.substr(at, word_end - at);
      if (looks_like_token(word)) {
        hide({at, word_end});
        continue;
      }
      if (word == "key") {
        const auto echoed = echoed_after(text, word_end);
        const auto name = text.substr(echoed.name.begin, echoed.name.end - echoed.name.begin);
        if (echoed.value.end != 0 && is_secret_parameter(name)) {
          hide(echoed.value);
          continue;
        }
        if (echoed.value.end != 0) {
          at = echoed.name.begin;
          continue;
        }
      }
      if (is_secret_parameter(word)) hidden = value_after(text, word_end, is_secret_header(word));
    } else if (text.substr(at, 3) == "://") {
      hidden = url_password(text, at);
    }
    if (hidden.end > hidden.begin) {
      hide(hidden);
      continue;
    }
    at = std::max(word_end, at + 1);
  }
  return shown += text.substr(copied);
}

namespace {

// The length of an encoded `wanted` that `text` begins with, or 0.
std::size_t encoded_length(std::string_view text, char wanted) noexcept {
  const auto code = static_cast<unsigned char>(wanted);
  if (text.front() == '%') {
    for (const auto* prefix : {"%25", "%"}) {
      const auto size = std::string_view{prefix}.size();
      if (!text.starts_with(prefix) || text.size() < size + 2) continue;
      if (vkxx::detail::parse_number<unsigned>(text.substr(size, 2), 16) == code) return size + 2;
    }
  } else if (text.front() == '\\') {
    const auto after = std::min(text.find_first_not_of('\\'), text.size());
    const auto rest = text.substr(after);
    if (rest.size() >= 5 && rest.front() == 'u' &&
        vkxx::detail::parse_number<unsigned>(rest.substr(1, 4), 16) == code) {
      return after + 5;
    }
    const bool escaped = wanted == '"' || wanted == '/' || wanted == '\'';
    if (escaped && rest.starts_with(wanted)) return after + 1;
    if (wanted == '\\' && after > 1) return 2;
  } else if (text.front() == '&') {
    constexpr std::array<std::pair<char, std::string_view>, 6> entities{{{'&', "&amp;"},
                                                                         {'<', "&lt;"},
                                                                         {'>', "&gt;"},
                                                                         {'"', "&quot;"},
                                                                         {'\'', "&#39;"},
                                                                         {'\'', "&apos;"}}};
    for (const auto& [meant, entity] : entities) {
      if (meant == wanted && text.starts_with(entity)) return entity.size();
    }
  } else if (text.front() == '+' && wanted == ' ') {
    return 1;
  }
  return 0;
}

// The length of what `text` begins with if that is `hidden` in some form, or 0.
std::size_t hidden_length(std::string_view text, std::string_view hidden) noexcept {
  if (text.starts_with(hidden)) return hidden.size();
  std::size_t at = 0;
  for (const char wanted : hidden) {
    if (at == text.size()) return 0;
    const auto encoded = encoded_length(text.substr(at), wanted);
    if (encoded == 0 && text[at] != wanted) return 0;
    at += std::max<std::size_t>(encoded, 1);
  }
  return at;
}

bool joins_words(char c) noexcept {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

}  // namespace

std::string struck_out(std::string_view text, std::string_view hidden) {
  // Shorter ones would take letters out of the middle of words.
  constexpr std::size_t shortest_part = 6;
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    auto length = hidden.empty() ? 0 : hidden_length(text.substr(at), hidden);
    if (length != 0 && hidden.size() < shortest_part) {
      const bool begins = at == 0 || !joins_words(text[at - 1]) || !joins_words(text[at]);
      const auto end = at + length;
      const bool ends =
          end == text.size() || !joins_words(text[end]) || !joins_words(text[end - 1]);
      if (!begins || !ends) length = 0;
    }
    if (length == 0) {
      shown += text[at++];
      continue;
    }
    shown += "***";
    at += length;
  }
  return shown;
}

}  // namespace vkxx
