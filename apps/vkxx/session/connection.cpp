#include "session/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <chrono>
#include <vkxx/core/exception.hpp>

#include "command_line/usage_failure.hpp"
#include "output/file.hpp"
#include "output/output.hpp"
#include "session/environment.hpp"

namespace vkxx::cli {
namespace {

// An invalid value of a variable is reported as such, not as that of an option.
template <class Action>
void report_as_variable(const std::string& variable, Action action) {
  try {
    action();
  } catch (const usage_exception& failure) {
    throw usage_failure{fmt::format("the variable {}: {}", variable, failure.error().message())};
  }
}

// The address may contain a password: the message does not repeat it.
void set_emulator(endpoints& addresses, const std::string& url) {
  const auto parts = boost::urls::parse_uri(url);
  const bool usable =
      parts && (parts->scheme() == "http" || parts->scheme() == "https") && !parts->host().empty();
  if (!usable) {
    throw usage_failure{
        "the variable VK_EMULATOR_URL: expected the address of an emulator, such as "
        "http://127.0.0.1:8080"};
  }
  addresses.all(url);
}

// A client has one proxy; the address of the API methods decides.
void set_proxy(config& settings, const connection_options& options, const endpoints& addresses) {
  if (options.proxy) {
    settings.proxy(*options.proxy);
    return;
  }
  const auto found = proxy_for(addresses.api(), environment_variable);
  if (found) report_as_variable(found->variable, [&] { settings.proxy(found->url); });
}

endpoints endpoints_of(const connection_options& options) {
  endpoints addresses;
  if (options.emulator) {
    addresses.all(*options.emulator);
  } else if (const auto url = environment_variable("VK_EMULATOR_URL"); url && !url->empty()) {
    set_emulator(addresses, *url);
  }
  if (options.api_url) addresses.api(*options.api_url);
  if (options.oauth_url) addresses.oauth(*options.oauth_url);
  if (options.id_url) addresses.id(*options.id_url);
  if (options.login_url) addresses.login(*options.login_url);
  if (options.mobile_url) addresses.mobile(*options.mobile_url);
  return addresses;
}

void set_timeout(config& settings, double seconds) {
  const auto limit = std::chrono::duration_cast<duration>(std::chrono::duration<double>{seconds});
  settings.timeout(limit);
  // Leaves time for interactive prompts; a call takes at least as long as one attempt.
  settings.total_timeout(std::max<duration>(std::chrono::minutes{5}, 2 * limit));
}

}  // namespace

config connection_config(const connection_options& options,
                         const std::shared_ptr<wait_watch>& watch) {
  config settings;
  const auto addresses = endpoints_of(options);
  if (options.timeout) set_timeout(settings, *options.timeout);
  set_proxy(settings, options, addresses);
  if (options.ca_file) settings.ca_file(lasting_file(*options.ca_file));
  settings.endpoints(addresses);
  // Warnings report errors inside an `execute`: they are always shown.
  const auto shown = options.verbose ? log_level::debug : log_level::warning;
  settings.log(
      [watch, shown](const log_line& line) {
        if (watch) watch->heard(line.text);
        if (line.level < shown) return;
        write_message(fmt::format("vkxx: {}: {}", to_string(line.level), printable(line.text)));
      },
      watch ? std::min(shown, log_level::info) : shown);
  return settings;
}

}  // namespace vkxx::cli
