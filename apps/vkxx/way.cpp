#include "way.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "output.hpp"

namespace vkxx::cli {
namespace {

endpoints endpoints_of(const way_options& what) {
  endpoints where;
  if (what.emulator) where.all(*what.emulator);
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

config way_settings(const way_options& what) {
  config settings;
  if (what.timeout) set_timeout(settings, *what.timeout);
  if (what.proxy) settings.proxy(*what.proxy);
  if (what.ca_file) settings.ca_file(*what.ca_file);
  settings.endpoints(endpoints_of(what));
  // Warnings tell of the errors inside an `execute`: they are always shown.
  settings.log(
      [](const log_line& line) {
        write_message(fmt::format("vkxx: {}: {}", to_string(line.level), printable(line.text)));
      },
      what.verbose ? log_level::debug : log_level::warning);
  return settings;
}

}  // namespace vkxx::cli
