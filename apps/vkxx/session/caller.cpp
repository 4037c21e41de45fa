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
#include <vkxx/schema_tables/schema_tables.hpp>

#include "session/caller.hpp"

#include "command_line/arguments.hpp"
#include "command_line/usage_failure.hpp"
#include "commands/commands.hpp"
#include "output/file.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "schema/call_hints.hpp"
#include "session/profile.hpp"
#include "session/token_choice.hpp"
#include "session/way.hpp"
#include "terminal/call_prompter.hpp"
#include "terminal/interruption.hpp"
#include "terminal/terminal.hpp"

namespace vkxx::cli {
namespace {

config settings_of(const call_command& what, const std::shared_ptr<wait_watch>& watch) {
  auto settings = way_settings(what, watch);
  if (what.v) settings.v(what.v);
  if (what.lang) settings.lang(what.lang);
  if (what.test_mode) settings.test_mode(true);
  if (what.https) settings.https(true);
  settings.retries(what.tries == 1 ? retries{}.off() : retries{}.max_tries(what.tries));
  return settings;
}

token_kind kind_of(const auth::access_token& token) {
  if (!token.communities.empty()) return token_kind::group;
  // A user's token whose owner VK did not name has a login of its own to show for it.
  const bool of_app = !token.user_id && token.refresh_token.empty() && token.scope.empty();
  return of_app ? token_kind::service : token_kind::user;
}

token_kind kind_of(const std::string& name) {
  if (name == "community") return token_kind::group;
  return name == "service" ? token_kind::service : token_kind::user;
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

// Whether the schema, if it has the method, lets a community call it.
bool may_be_of_community(const std::string& method) {
  namespace tables = schema_tables;
  const auto known = tables::find_method(method);
  return !known || (known->tokens() & tables::group_token) != 0;
}

// As a list of older versions, or within an object.
bool names_community(const boost::json::value& answer) {
  const auto* object = answer.if_object();
  const auto* held = object == nullptr ? &answer : object->if_contains("groups");
  const auto* groups = held == nullptr ? nullptr : held->if_array();
  return groups != nullptr && !groups->empty();
}

}  // namespace

caller::caller(const call_command& what, const request& first, const interruption& stop)
    : stop_{&stop}, format_{format_of(what.json)}, stats_{what.stats} {
  // Only a person wants to know: a script waits as well.
  if (::isatty(STDERR_FILENO) != 0) watch_ = std::make_shared<wait_watch>();
  client_.emplace(settings(what, first));
  if (watch_) watch_->start([this] { return client_->metrics(); });
}

caller::~caller() {
  if (watch_) watch_->stop();
  try {
    if (stats_) write_message("vkxx: " + to_log_line(client_->metrics()));
  } catch (const std::exception&) {
    // There is no memory for them: nothing that the call needs.
  }
}

config caller::settings(const call_command& what, const request& first) {
  const auto person = std::make_shared<terminal>(*stop_);
  const auto& own_token = first.access_token();
  auto token = what.profile ? secret{} : choose_token(what.token, what.token_file);
  const bool from_profile = !own_token && wants_profile(what, token);
  const bool has_token = own_token ? !own_token->empty() : from_profile || !token.empty();
  token_ = has_token ? token_presence::given : token_presence::missing;
  warn_of_visible_token(what);
  auto made = settings_of(what, watch_);
  if (from_profile) {
    const auto profiles = present_profiles(what, *person);
    // Reported now, in words of the command line, rather than by the call.
    made.token_kind(kind_of(token_of(what, *profiles)));
    made.tokens(profile_source(what, profiles));
  } else {
    made.access_token(std::move(token));
  }
  if (what.token_kind) made.token_kind(kind_of(*what.token_kind));
  kind_unknown_ = has_token && !from_profile && !own_token && !what.token_kind;
  const auto asked = [&](bool once) {
    return std::make_shared<call_prompter>(person, watch_, once);
  };
  made.on_captcha(auth::captcha_prompt(asked(true)));
  made.on_validation(auth::validation_prompt(asked(true)));
  made.on_confirmation(auth::confirmation_prompt(asked(false)));
  return made;
}

result<reply> caller::call(request what) {
  return client_->try_call(std::move(what), call_options{}.stop_token(stop_->token()));
}

blocking_page_sequence caller::pages(request first, const paging& how, page_options options) {
  options.each_call(call_options{}.stop_token(stop_->token()));
  return {*client_, std::move(first), how, std::move(options)};
}

void caller::learn_token_kind(const std::string& method) {
  // As many as a user's token may send at once.
  constexpr std::uint64_t calls_without_wait = 3;
  if (!kind_unknown_ || client_->metrics().attempts < calls_without_wait) return;
  kind_unknown_ = false;
  if (!may_be_of_community(method)) return;
  auto options = call_options{}.stop_token(stop_->token()).total_timeout(std::chrono::seconds{5});
  // Without parameters: the community that the token is of. To others it is an error.
  const auto answer = client_->try_call(request{"groups.getById"}, std::move(options));
  if (answer && names_community(answer->json())) client_->token_kind(token_kind::group);
}

exit_status caller::report(const error& failure) const {
  return report_failure(failure, token_, format_);
}

void show_hints(const call_command& what, std::optional<api_errc> failure) {
  std::vector<std::string> names;
  names.reserve(what.arguments.size());
  for (const auto& text : what.arguments) {
    names.push_back(read_argument(text, names.size() + 1).name);
  }
  for (const auto& hint : call_hints(what.method, names, failure)) {
    write_message("vkxx: note: " + hint);
  }
}

}  // namespace vkxx::cli
