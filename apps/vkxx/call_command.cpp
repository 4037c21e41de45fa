#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <csignal>
#include <memory>
#include <vkxx/auth/prompter.hpp>
#include <vkxx/blocking_client.hpp>

#include "arguments.hpp"
#include "call_hints.hpp"
#include "commands.hpp"
#include "file.hpp"
#include "interruption.hpp"
#include "json_printer.hpp"
#include "output.hpp"
#include "profile.hpp"
#include "report.hpp"
#include "terminal.hpp"
#include "token_choice.hpp"
#include "usage_failure.hpp"
#include "way.hpp"

namespace vkxx::cli {
namespace {

config settings_of(const call_command& what) {
  auto settings = way_settings(what);
  if (what.v) settings.v(what.v);
  if (what.lang) settings.lang(what.lang);
  if (what.test_mode) settings.test_mode(true);
  if (what.https) settings.https(true);
  return settings;
}

// A profile that was not asked for is taken if there is no token otherwise.
bool wants_profile(const call_command& what, const secret& token) {
  return what.profile || (token.empty() && has_profiles(what));
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

void show_hints(const call_command& what, const result<reply>& outcome) {
  std::vector<std::string> names;
  for (const auto& text : what.arguments) {
    names.push_back(read_argument(text, names.size() + 1).name);
  }
  const auto failure = outcome ? std::nullopt : outcome.error().api_code();
  for (const auto& hint : call_hints(what.method, names, failure)) {
    write_message("vkxx: note: " + hint);
  }
}

exit_status interrupted_by(int signal) {
  write_message("vkxx: interrupted; it is not known whether VK executed the request");
  return signal == SIGTERM ? exit_status::terminated : exit_status::interrupted;
}

}  // namespace

exit_status run(const call_command& what) {
  const interruption stop;
  const auto person = std::make_shared<terminal>(stop);
  auto call = make_request(what.method, what.arguments, read_file);
  const auto& own_token = call.access_token();
  auto token = what.profile ? secret{} : choose_token(what.token, what.token_file);
  const bool from_profile = !own_token && wants_profile(what, token);
  const bool has_token = own_token ? !own_token->empty() : from_profile || !token.empty();
  warn_of_visible_token(what);
  auto settings = settings_of(what);
  if (from_profile) {
    const auto profiles = present_profiles(what, *person);
    // Told now, in words of the command line, rather than by the call.
    static_cast<void>(token_of(what, *profiles));
    settings.tokens(profile_source(what, profiles));
  } else {
    settings.access_token(std::move(token));
  }
  settings.on_captcha(auth::captcha_prompt(person));
  settings.on_validation(auth::validation_prompt(person));
  settings.on_confirmation(auth::confirmation_prompt(person));
  blocking_client vk{settings};
  const auto outcome = vk.try_call(std::move(call), call_options{}.stop_token(stop.token()));
  if (stop.signal() != 0) return interrupted_by(stop.signal());
  if (outcome) {
    write_output(printed(*outcome, what));
    show_hints(what, outcome);
    return exit_status::done;
  }
  const auto token_state = has_token ? token_presence::given : token_presence::missing;
  write_message("vkxx: " + description_of(outcome.error(), token_state));
  show_hints(what, outcome);
  return status_of(outcome.error());
}

}  // namespace vkxx::cli
