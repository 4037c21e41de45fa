/// @file
/// Environment variables that affect the connection.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::cli {

/// Returns the value of an environment variable; nothing: it is not set.
using variable_lookup = std::function<std::optional<std::string>(const std::string& name)>;

/// Looks the variable up in this process.
[[nodiscard]] std::optional<std::string> environment_variable(const std::string& name);

/// A proxy and the variable that names it.
struct environment_proxy {
  std::string variable;
  std::string url;  ///< with a scheme: `http://` where the variable has none
};

/// The proxy for requests to `url`, as curl and other programs choose it: `https_proxy` or
/// `HTTPS_PROXY` (for `http://` addresses `http_proxy` only, in lower case, since a web server
/// sets `HTTP_PROXY` from a request header), else `all_proxy` or `ALL_PROXY`. Lower case takes
/// precedence, and an empty value means no proxy. Nothing for what `no_proxy` or `NO_PROXY` names
/// (hosts with their subdomains, addresses, networks such as 10.0.0.0/8, each with or without a
/// port, or
/// `*`), and for this machine (`localhost` and loopback addresses).
[[nodiscard]] std::optional<environment_proxy> proxy_for(std::string_view url,
                                                         const variable_lookup& variable);

}  // namespace vkxx::cli
