#include "session/environment.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cstdlib>
#include <initializer_list>

#include "command_line/spelling.hpp"

namespace vkxx::cli {
namespace {

namespace ip = boost::asio::ip;

struct target {
  std::string scheme;
  std::string host;  ///< lower case, IPv6 without brackets
  std::string port;
};

std::string bare(std::string host) {
  host = lower_case(host);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  while (host.ends_with('.')) host.pop_back();
  return host;
}

std::optional<target> target_of(std::string_view url) {
  const auto parts = boost::urls::parse_uri(url);
  if (!parts) return std::nullopt;
  target found{lower_case(std::string_view{parts->scheme().data(), parts->scheme().size()}),
               bare(std::string{parts->host()}), std::string{parts->port()}};
  if (found.port.empty()) found.port = found.scheme == "https" ? "443" : "80";
  return found;
}

std::optional<ip::address> address_of(const std::string& host) {
  boost::system::error_code failure;
  const auto address = ip::make_address(host, failure);
  return failure ? std::nullopt : std::optional{address};
}

bool is_this_machine(const std::string& host) {
  if (host == "localhost" || host.ends_with(".localhost")) return true;
  const auto address = address_of(host);
  return address && address->is_loopback();
}

bool is_in_network(const ip::address& address, const std::string& network) {
  boost::system::error_code failure;
  if (address.is_v4()) {
    const auto range = ip::make_network_v4(network, failure);
    if (failure) return false;
    const auto hosts = range.canonical();
    return ip::network_v4{address.to_v4(), hosts.prefix_length()}.canonical() == hosts;
  }
  const auto range = ip::make_network_v6(network, failure);
  if (failure) return false;
  const auto hosts = range.canonical();
  return ip::network_v6{address.to_v6(), hosts.prefix_length()}.canonical() == hosts;
}

// An entry of NO_PROXY.
bool matches(std::string entry, const target& wanted) {
  if (entry == "*") return true;
  const auto address = address_of(wanted.host);
  if (address && entry.find('/') != std::string::npos) return is_in_network(*address, entry);
  const auto colon = entry.rfind(':');
  const bool has_port = colon != std::string::npos &&
                        (entry.find(':') == colon || entry[colon - (colon > 0 ? 1 : 0)] == ']');
  if (has_port) {
    if (entry.substr(colon + 1) != wanted.port) return false;
    entry.resize(colon);
  }
  if (entry.starts_with("*.")) entry.erase(0, 1);
  entry = bare(std::move(entry));
  while (entry.starts_with('.')) entry.erase(0, 1);
  if (entry.empty()) return false;
  if (address) return address_of(entry) == address;
  return wanted.host == entry || wanted.host.ends_with("." + entry);
}

bool is_excluded(const std::string& list, const target& wanted) {
  std::size_t begin = 0;
  while (begin < list.size()) {
    const auto end = std::min(list.find_first_of(", \t", begin), list.size());
    if (end > begin && matches(list.substr(begin, end - begin), wanted)) return true;
    begin = end + 1;
  }
  return false;
}

// The first that is set, even to an empty text.
std::optional<environment_proxy> first_set(std::initializer_list<const char*> names,
                                           const variable_lookup& variable) {
  for (const auto* name : names) {
    if (auto value = variable(name)) return environment_proxy{name, std::move(*value)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>{value};
}

std::optional<environment_proxy> proxy_for(std::string_view url, const variable_lookup& variable) {
  const auto wanted = target_of(url);
  if (!wanted || is_this_machine(wanted->host)) return std::nullopt;
  auto found = wanted->scheme == "https"
                   ? first_set({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}, variable)
                   : first_set({"http_proxy", "all_proxy", "ALL_PROXY"}, variable);
  if (!found || found->url.empty()) return std::nullopt;
  const auto exceptions = first_set({"no_proxy", "NO_PROXY"}, variable);
  if (exceptions && is_excluded(exceptions->url, *wanted)) return std::nullopt;
  if (found->url.find("://") == std::string::npos) found->url.insert(0, "http://");
  return found;
}

}  // namespace vkxx::cli
