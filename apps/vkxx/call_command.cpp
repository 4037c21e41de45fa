#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <csignal>
#include <vkxx/blocking_client.hpp>

#include "arguments.hpp"
#include "challenges.hpp"
#include "commands.hpp"
#include "file.hpp"
#include "interruption.hpp"
#include "json_printer.hpp"
#include "output.hpp"
#include "report.hpp"
#include "terminal.hpp"
#include "token_choice.hpp"
#include "usage_failure.hpp"

namespace vkxx::cli {
namespace {

endpoints endpoints_of(const call_command& what) {
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

config settings_of(const call_command& what) {
  config settings;
  if (what.v) settings.v(what.v);
  if (what.lang) settings.lang(what.lang);
  if (what.test_mode) settings.test_mode(true);
  if (what.https) settings.https(true);
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

void ask_person(config& settings, terminal& person) {
  settings.on_captcha([&person](const challenge& asked) { return ask_captcha(person, asked); });
  settings.on_validation(
      [&person](const challenge& asked) { return ask_validation(person, asked); });
  settings.on_confirmation(
      [&person](const challenge& asked) { return ask_confirmation(person, asked); });
}

// Only a person can learn from it: scripts are not told.
void warn_of_visible_token(const call_command& what) {
  if (!what.token || ::isatty(STDERR_FILENO) == 0) return;
  write_message(
      "vkxx: warning: other users of this machine can see a token on the command line, and the "
      "shell may remember it; --token-file FILE and VK_ACCESS_TOKEN keep it to you");
}

std::string printed(const reply& answer, const call_command& what) {
  const auto layout = what.compact ? json_layout::compact : json_layout::pretty;
  if (!what.raw) return printed_json(answer.json(), layout);
  return printed_json(boost::json::parse(answer.body()), layout);
}

exit_status interrupted_by(int signal) {
  write_message("vkxx: interrupted; it is not known whether VK executed the request");
  return signal == SIGTERM ? exit_status::terminated : exit_status::interrupted;
}

}  // namespace

exit_status run(const call_command& what) {
  const interruption stop;
  terminal person{stop};
  auto call = make_request(what.method, what.arguments, read_file);
  auto token = choose_token(what.token, what.token_file);
  const auto& own_token = call.access_token();
  const bool has_token = own_token ? !own_token->empty() : !token.empty();
  warn_of_visible_token(what);
  auto settings = settings_of(what);
  settings.access_token(std::move(token));
  ask_person(settings, person);
  blocking_client vk{settings};
  const auto outcome = vk.try_call(std::move(call), call_options{}.stop_token(stop.token()));
  if (stop.signal() != 0) return interrupted_by(stop.signal());
  if (outcome) {
    write_output(printed(*outcome, what));
    return exit_status::done;
  }
  const auto token_state = has_token ? token_presence::given : token_presence::missing;
  write_message("vkxx: " + description_of(outcome.error(), token_state));
  return status_of(outcome.error());
}

}  // namespace vkxx::cli
