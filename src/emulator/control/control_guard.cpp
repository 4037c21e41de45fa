#include "emulator/control/control_guard.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "core/text/ascii.hpp"
#include "core/text/loopback.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::lower_case;
namespace {

// `127.0.0.1:8080`, `[::1]:8080`, `localhost` without the port.
std::string_view name_of(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

// A page comes from the host that its address names. An IP address names this machine and cannot be
// rebound to another one.
bool is_own_name(std::string_view host, const emulator_options& options) {
  const auto name = lower_case(name_of(host));
  if (vkxx::detail::is_loopback(name) || name == lower_case(options.address()) ||
      std::ranges::find(options.control_hosts(), name) != options.control_hosts().end())
    return true;
  boost::system::error_code failure;
  static_cast<void>(boost::asio::ip::make_address(name, failure));
  return !failure;
}

bool comes_from_form(const http_message& message) {
  const auto accepted = message.header("Accept").value_or("");
  return message.header("Referer").has_value() || accepted.find("text/html") != std::string::npos;
}

// No form can send either of the two, and a script of another origin would be asked for leave.
bool is_beyond_forms(const http_message& message) {
  const auto type = lower_case(message.header("Content-Type").value_or(""));
  return type.starts_with("application/json") || message.header("X-Vkxx-Control").has_value();
}

// From a page of the emulator itself: the console.
bool is_own_origin(const http_message& message, const emulator_options& options) {
  const auto origin = message.header("Origin");
  const auto host = message.header("Host");
  if (origin)
    return host &&
           lower_case(*origin) == (options.tls() ? "https://" : "http://") + lower_case(*host);
  return message.header("Sec-Fetch-Site").value_or("") == "same-origin";
}

}  // namespace

std::optional<std::string> refusal_of_control(const http_message& message,
                                              const emulator_options& options) {
  const bool by_console = is_own_origin(message, options);
  const auto site = message.header("Sec-Fetch-Site").value_or("none");
  if (message.header("Origin") && !by_console)
    return "the control API is closed to other web pages: the request has a foreign Origin";
  if (site != "none" && site != "same-origin")
    return "the control API is closed to other web pages: Sec-Fetch-Site is " + std::string{site};
  if (const auto host = message.header("Host"); host && !is_own_name(*host, options))
    return "the control API is closed to foreign names: call it by 127.0.0.1, localhost or another "
           "IP address, or let the name in Host in by --control-host (add_control_host)";
  const bool reads = message.method == "GET" || message.method == "HEAD";
  if (reads || is_beyond_forms(message)) return std::nullopt;
  if (by_console)
    return "the control API is closed to forms: a change by a web page needs a JSON body or the "
           "header X-Vkxx-Control";
  if (comes_from_form(message))
    return "the control API is closed to forms of web pages: the request has a Referer or accepts "
           "HTML";
  return std::nullopt;
}

}  // namespace vkxx::emulation::detail
