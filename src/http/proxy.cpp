#include <vkxx/http/proxy.hpp>

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <utility>

#include "core/ascii.hpp"

namespace vkxx::http {
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

error bad_proxy(std::string what) {
  return {errc::invalid_argument, request_effect::not_sent,
          "proxy: " + what +
              "; expected scheme://host[:port], with user:password@ before the host if it asks for "
              "them"};
}

// What follows `scheme://`.
std::string_view behind_scheme(std::string_view text) noexcept {
  const auto scheme = text.find("://");
  return scheme == std::string_view::npos ? text : text.substr(scheme + 3);
}

std::string unencoded(std::string_view characters) {
  return "a user or a password with `@`, `:`, `/`, `#`, `?` or `%` in it is percent-encoded (" +
         std::string{characters} + ')';
}

// What of the address would be read as something else than it is meant for; empty: nothing. Never
// the password itself.
std::string unencoded_fault(std::string_view text) {
  if (text.find("://") == std::string_view::npos) return "the address has no scheme";
  const auto rest = behind_scheme(text);
  const auto last_at = rest.rfind('@');
  if (last_at == std::string_view::npos) return {};
  const auto end = rest.find_first_of("/?#");
  if (end < last_at) {
    return "the `" + std::string{rest[end]} + "` before the `@` ends the host: " +
           unencoded("`%23` for `#`, `%2F` for `/`, `%3F` for `?`");
  }
  if (rest.find('@') != last_at) {
    return "the address has more than one `@`: " + unencoded("`%40` for `@`");
  }
  return {};
}

std::string syntax_fault(std::string_view text) {
  std::string fault = "the address is not a well-formed URL";
  if (behind_scheme(text).find('@') == std::string_view::npos) return fault;
  return fault + ": " + unencoded("`%40` for `@`, `%23` for `#`, `%25` for `%`");
}

}  // namespace

result<proxy> proxy::parse(std::string_view text) {
  if (auto fault = unencoded_fault(text); !fault.empty()) return bad_proxy(std::move(fault));
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) return bad_proxy(syntax_fault(text));
  const auto scheme = lower_case(parsed->scheme());
  const auto* const known = std::ranges::find(known_schemes, scheme, &known_scheme::name);
  if (known == known_schemes.end()) {
    return bad_proxy("the scheme is `" + scheme + "`, not one of http, https, socks5, socks5h");
  }
  if (parsed->host().empty()) return bad_proxy("the host is missing");
  if (parsed->has_port() && parsed->port_number() == 0) {
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
  through.port_ = parsed->has_port() ? parsed->port_number() : known->default_port;
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
