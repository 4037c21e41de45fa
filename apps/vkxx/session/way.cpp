#include "session/way.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <chrono>
#include <vkxx/core/exception.hpp>

#include "command_line/usage_failure.hpp"
#include "output/output.hpp"
#include "session/environment.hpp"

namespace vkxx::cli {
namespace {

// What a variable says is wrong in the variable, not in an option that nobody gave.
template <class Action>
void blame(const std::string& variable, Action action) {
  try {
    action();
  } catch (const usage_exception& failure) {
    throw usage_failure{fmt::format("the variable {}: {}", variable, failure.error().message())};
  }
}

// It may hold a password, so it is not repeated.
void set_emulator(endpoints& where, const std::string& url) {
  const auto parts = boost::urls::parse_uri(url);
  const bool usable =
      parts && (parts->scheme() == "http" || parts->scheme() == "https") && !parts->host().empty();
  if (!usable) {
    throw usage_failure{
        "the variable VK_EMULATOR_URL: expected the address of an emulator, such as "
        "http://127.0.0.1:8080"};
  }
  where.all(url);
}

// One client has one proxy: it is chosen by the address of the methods.
void set_proxy(config& settings, const way_options& what, const endpoints& where) {
  if (what.proxy) {
    settings.proxy(*what.proxy);
    return;
  }
  const auto found = proxy_for(where.api(), environment_variable);
  if (found) blame(found->variable, [&] { settings.proxy(found->url); });
}

endpoints endpoints_of(const way_options& what) {
  endpoints where;
  if (what.emulator) {
    where.all(*what.emulator);
  } else if (const auto url = environment_variable("VK_EMULATOR_URL"); url && !url->empty()) {
    set_emulator(where, *url);
  }
  if (what.api_url) where.api(*what.api_url);
  if (what.oauth_url) where.oauth(*what.oauth_url);
  if (what.id_url) where.id(*what.id_url);
  if (what.login_url) where.login(*what.login_url);
  if (what.mobile_url) where.mobile(*what.mobile_url);
  return where;
}

void set_timeout(config& settings, double seconds) {
  const auto limit = std::chrono::duration_cast<duration>(std::chrono::duration<double>{seconds});
  settings.timeout(limit);
  // A person may need to answer something in between; and a call is never shorter than an attempt.
  settings.total_timeout(std::max<duration>(std::chrono::minutes{5}, 2 * limit));
}

}  // namespace

config way_settings(const way_options& what, const std::shared_ptr<wait_watch>& watch) {
  config settings;
  const auto where = endpoints_of(what);
  if (what.timeout) set_timeout(settings, *what.timeout);
  set_proxy(settings, what, where);
  if (what.ca_file) settings.ca_file(*what.ca_file);
  settings.endpoints(where);
  // Warnings tell of the errors inside an `execute`: they are always shown.
  const auto shown = what.verbose ? log_level::debug : log_level::warning;
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
