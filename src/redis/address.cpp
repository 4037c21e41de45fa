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

constexpr std::uint16_t sentinel_port = 26379;

bool names_port(const secret& url) {
  const auto parsed = boost::urls::parse_uri(url.expose());
  return parsed && parsed->has_port();
}

error unusable_sentinel(const std::string& why) {
  return {errc::invalid_argument, request_effect::not_sent,
          "the URL of a sentinel " + why +
              "; expected redis://[[user]:password@]host[:port], or rediss://… for TLS"};
}

bool is_number(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string address::shown() const {
  if (!socket.empty()) return socket;
  const bool numeric = host.find(':') != std::string::npos;
  const auto name = numeric ? "[" + host + "]" : host;
  return port == 0 ? name : name + ":" + std::to_string(port);
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

result<address> read_sentinel_address(const secret& url) {
  auto read = read_address(url);
  if (!read) return unusable_sentinel("cannot be read");
  if (!read->socket.empty()) return unusable_sentinel("names a socket");
  if (!read->database.empty()) return unusable_sentinel("names a database, which it has not");
  if (!names_port(url)) read->port = sentinel_port;
  return read;
}

result<address> read_primary_address(const secret& url) {
  auto read = read_address(url);
  if (!read) return read;
  const auto refused = [](const std::string& why) {
    return error{
        errc::invalid_argument, request_effect::not_sent,
        "the URL of Redis " + why +
            ", but sentinels are asked for its address: its host is the name by which they "
            "know it, as in redis://:password@mymaster/0"};
  };
  if (!read->socket.empty()) return refused("names a socket");
  if (names_port(url)) return refused("names a port");
  read->port = 0;
  return read;
}

}  // namespace vkxx::redis::detail
