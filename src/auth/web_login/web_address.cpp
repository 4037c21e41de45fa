#include "auth/web_login/web_address.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <boost/url/url_view.hpp>

#include "core/text/ascii.hpp"
#include "core/encoding/percent.hpp"

namespace vkxx::auth::detail {

using vkxx::detail::lower_case;
using vkxx::detail::trimmed;
namespace {

constexpr std::size_t longest_address = 16384;

// Encodes characters that a URL may not contain, and a `%` that begins no escape.
std::string made_legal(std::string_view text) {
  constexpr std::string_view legal = "-._~:/?#[]@!$&'()*+,;=%";
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool alphanumeric =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool good = alphanumeric || legal.find(c) != std::string_view::npos;
    if (c == '%') good = vkxx::detail::is_percent_escape(text, i);
    if (good) {
      result += c;
    } else {
      result += vkxx::detail::percent_encoded(text.substr(i, 1));
    }
  }
  return result;
}

std::optional<web_address> pieces_of(const boost::urls::url_view& url) {
  if (!url.has_scheme() || url.encoded_host().empty() || url.has_userinfo()) return std::nullopt;
  web_address read;
  read.scheme = lower_case(url.scheme());
  if (read.scheme != "http" && read.scheme != "https") return std::nullopt;
  read.host = lower_case(url.encoded_host_address());
  // The parser accepts names that are not host names.
  if (url.host_type() == boost::urls::host_type::ipvfuture) return std::nullopt;
  const bool version_6 = url.host_type() == boost::urls::host_type::ipv6;
  if (!version_6 && read.host.find_first_of(":%[]@") != std::string::npos) return std::nullopt;
  read.port = std::string{url.port()};
  read.path = std::string{url.encoded_path()};
  if (read.path.empty()) read.path = "/";
  // This parser leaves an invalid port like this.
  if (!read.path.starts_with('/')) return std::nullopt;
  read.query = std::string{url.encoded_query()};
  read.has_fragment = url.has_fragment();
  read.fragment = std::string{url.encoded_fragment()};
  return read;
}

}  // namespace

std::string web_address::origin() const {
  const bool version_6 = host.find(':') != std::string::npos;
  auto text = scheme + "://" + (version_6 ? "[" + host + "]" : host);
  if (!port.empty()) text += ":" + port;
  return text;
}

std::string web_address::target() const {
  return query.empty() ? shown() : shown() + "?" + query;
}

std::string web_address::text() const {
  return has_fragment ? target() + "#" + fragment : target();
}

std::optional<std::string> web_address::field(std::string_view name) const {
  for (const auto& part : {query, fragment}) {
    const auto fields = read_form(part);
    if (!fields) continue;
    if (const auto found = find_field(*fields, name)) return std::string{*found};
  }
  return std::nullopt;
}

std::optional<web_address> read_web_address(std::string_view text) {
  if (text.size() > longest_address) return std::nullopt;
  const auto legal = made_legal(trimmed(text));
  const auto parsed = boost::urls::parse_uri(legal);
  if (!parsed) return std::nullopt;
  return pieces_of(*parsed);
}

std::optional<web_address> resolve_address(std::string_view base, std::string_view reference) {
  if (reference.size() > longest_address) return std::nullopt;
  const auto from = boost::urls::parse_uri(base);
  const auto legal = made_legal(trimmed(reference));
  const auto to = boost::urls::parse_uri_reference(legal);
  if (!from || !to) return std::nullopt;
  boost::urls::url whole;
  if (!boost::urls::resolve(*from, *to, whole)) return std::nullopt;
  auto address = pieces_of(whole);
  // Steps above the root stay at the root (RFC 3986, 5.4.2).
  while (address && (address->path.starts_with("/../") || address->path == "/..")) {
    address->path = address->path.size() == 3 ? "/" : address->path.substr(3);
  }
  return address;
}

std::string with_more_query(std::string_view base, std::string_view fields) {
  std::string text{base.substr(0, base.find('#'))};
  text += text.find('?') == std::string::npos ? '?' : '&';
  text += fields;
  return text;
}

}  // namespace vkxx::auth::detail
