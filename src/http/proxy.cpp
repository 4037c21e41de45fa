#include <vkxx/http/proxy.hpp>

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <optional>
#include <utility>

#include "core/encoding/percent.hpp"
#include "core/text/ascii.hpp"
#include "core/text/number.hpp"

namespace vkxx::http {

using vkxx::detail::lower_case;
namespace {

struct known_scheme {
  std::string_view name;
  std::uint16_t default_port;
};

constexpr std::array known_schemes{
    known_scheme{"http", 3128},
    known_scheme{"https", 443},
    known_scheme{"socks5", 1080},
    known_scheme{"socks5h", 1080},
};

error bad_proxy(std::string text) {
  return {errc::invalid_argument, request_effect::not_sent,
          "proxy: " + text +
              "; expected scheme://host[:port], with user:password@ before the host if it asks for "
              "them"};
}

constexpr std::string_view reserved = "@/?#[]";

bool is_ascii_blank(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7f;
}
bool is_beyond_ascii(char c) noexcept {
  return static_cast<unsigned char>(c) > 0x7f;
}

// Returns the first character of the user or password that must be percent-encoded and is not; 0 if
// there is none. The text before the last `@` counts as user and password.
char unencoded_in(std::string_view text) noexcept {
  const auto begin = text.find("://");
  const auto end = text.rfind('@');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin + 3) return 0;
  const auto meant = text.substr(begin + 3, end - begin - 3);
  for (std::size_t i = 0; i < meant.size(); ++i) {
    const auto c = meant[i];
    if (c == '%' && !vkxx::detail::is_percent_escape(meant, i)) return c;
    if (reserved.find(c) != std::string_view::npos || is_ascii_blank(c) || is_beyond_ascii(c)) {
      return c;
    }
  }
  return 0;
}

// The error shows nothing of the text: the end of the password is unknown.
std::optional<error> unencoded_credentials(std::string_view text) {
  const auto c = unencoded_in(text);
  if (c == 0) return std::nullopt;
  std::string advice = "write it as `" + vkxx::detail::percent_encoded({&c, 1}) + '`';
  std::string shown = "blank";
  if (is_beyond_ascii(c)) {
    shown = "character beyond ASCII";
    advice = "write the bytes of its UTF-8 as `" + vkxx::detail::percent_encoded({&c, 1}) + "…`";
  } else if (!is_ascii_blank(c)) {
    shown = '`' + std::string{c} + '`';
  }
  return bad_proxy("the user or the password holds a " + shown + " as it is; " + advice +
                   " (percent-encode what is not a letter, a digit or one of -._~)");
}

}  // namespace

result<proxy> proxy::parse(std::string_view text) {
  if (auto wrong = unencoded_credentials(text)) return *std::move(wrong);
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return bad_proxy("the address is not a well-formed URL");
  const auto scheme = lower_case(parsed->scheme());
  const auto* const known = std::ranges::find(known_schemes, scheme, &known_scheme::name);
  if (known == known_schemes.end()) {
    return bad_proxy("the scheme is `" + scheme + "`, not one of http, https, socks5, socks5h");
  }
  if (parsed->host().empty()) return bad_proxy("the host is missing");
  const auto port = vkxx::detail::parse_port({parsed->port().data(), parsed->port().size()});
  if (parsed->has_port() && !port) {
    return bad_proxy("the port `" + std::string{parsed->port()} +
                     "` is not a number from 1 to 65535");
  }
  if ((!parsed->encoded_path().empty() && parsed->encoded_path() != "/") || parsed->has_query() ||
      parsed->has_fragment()) {
    return bad_proxy("something follows the host and port");
  }
  proxy through;
  through.scheme_ = scheme;
  through.host_ = parsed->host();
  through.port_ = port.value_or(known->default_port);
  through.user_ = parsed->user();
  through.password_ = secret{parsed->password()};
  if (through.user_.empty() && !through.password_.empty()) {
    return bad_proxy("a password is given, but no user");
  }
  if (through.user_.find('\0') != std::string::npos ||
      through.password_.expose().find('\0') != std::string::npos) {
    return bad_proxy("the user or the password holds a zero byte");
  }
  return through;
}

std::string proxy::to_string() const {
  return scheme_ + "://" + host_ + ':' + std::to_string(port_);
}

}  // namespace vkxx::http
