#include "redis/address.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "core/text/number.hpp"

namespace vkxx::redis::detail {
namespace {

error unusable(const std::string& why) {
  return {errc::invalid_argument, request_effect::not_sent,
          "the URL of Redis " + why +
              "; expected redis://[[user]:password@]host[:port][/database], rediss://… for TLS, or "
              "unix://[[user]:password@]/path"};
}

bool is_number(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string address::shown() const {
  if (!socket.empty()) return socket;
  const bool numeric = host.find(':') != std::string::npos;
  return (numeric ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

result<address> read_address(const secret& url) {
  const auto parsed = boost::urls::parse_uri(url.expose());
  if (!parsed) return unusable("is not well-formed");
  if (parsed->has_query() || parsed->has_fragment()) return unusable("has a `?` or `#` part");
  address read;
  read.user = parsed->user();
  read.password = secret{parsed->password()};
  if (!read.user.empty() && read.password.empty()) return unusable("names a user, but no password");
  if (parsed->scheme() == "unix") {
    read.socket = parsed->path();
    if (read.socket.size() < 2) return unusable("names no socket");
    return read;
  }
  read.tls = parsed->scheme() == "rediss";
  if (!read.tls && parsed->scheme() != "redis") {
    return unusable("does not begin with redis://, rediss:// or unix://");
  }
  read.host = parsed->host_address();
  if (read.host.empty()) return unusable("names no host");
  if (parsed->has_port()) {
    const auto port = vkxx::detail::parse_port({parsed->port().data(), parsed->port().size()});
    if (!port) return unusable("has a port that is not one");
    read.port = *port;
  }
  const auto path = parsed->path();
  read.database = path.empty() ? path : path.substr(1);
  if (read.database.size() > 9 || !is_number(read.database)) {
    return unusable("names a database that is not a number");
  }
  return read;
}

}  // namespace vkxx::redis::detail
