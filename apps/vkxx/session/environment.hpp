/// @file
/// What environment variables say of the way to VK.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::cli {

/// Gives the value of an environment variable; nothing: it is not set.
using variable_lookup = std::function<std::optional<std::string>(const std::string& name)>;

/// Those of this process.
[[nodiscard]] std::optional<std::string> environment_variable(const std::string& name);

/// A proxy and the variable that names it.
struct environment_proxy {
  std::string variable;
  std::string url;  ///< with a scheme: `http://` where the variable has none
};

/// The proxy for requests to `url`, by the custom of curl and others: `https_proxy` or
/// `HTTPS_PROXY` (for `http://` addresses `http_proxy` only, in small letters, for a web server
/// sets `HTTP_PROXY` from a request's header), else `all_proxy` or `ALL_PROXY`; the small letters
/// come first, and an empty one means none. Nothing for what `no_proxy` or `NO_PROXY` names (hosts
/// with what is below them, addresses, networks such as 10.0.0.0/8, each with or without a port, or
/// `*`), and for this machine (`localhost` and loopback addresses).
[[nodiscard]] std::optional<environment_proxy> proxy_for(std::string_view url,
                                                         const variable_lookup& variable);

}  // namespace vkxx::cli
