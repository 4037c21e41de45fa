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
#include "output/file.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "schema/call_hints.hpp"
#include "session/connection.hpp"
#include "session/profile.hpp"
#include "session/token_choice.hpp"
#include "terminal/call_prompter.hpp"
#include "terminal/interruption.hpp"
#include "terminal/terminal.hpp"

namespace vkxx::cli {
namespace {

config settings_of(const call_command& options, const std::shared_ptr<wait_watch>& watch) {
  auto settings = connection_config(options, watch);
  if (options.v) settings.v(options.v);
  if (options.lang) settings.lang(options.lang);
  if (options.test_mode) settings.test_mode(true);
  if (options.https) settings.https(true);
  settings.retries(options.tries == 1 ? retries{}.off() : retries{}.max_tries(options.tries));
  return settings;
}

token_kind kind_of(const auth::access_token& token) {
  if (!token.communities.empty()) return token_kind::community;
  // A user's token without a known owner was at least refreshable or scoped.
  const bool of_app = !token.user_id && token.refresh_token.empty() && token.scope.empty();
  return of_app ? token_kind::service : token_kind::user;
}

// The token itself changes when it is refreshed.
std::string owner_of(const auth::access_token& token, const std::string& profile) {
  return token.user_id ? "user " + std::to_string(*token.user_id) : "profile " + profile;
}

token_kind kind_of(const std::string& name) {
  if (name == "community") return token_kind::community;
  return name == "service" ? token_kind::service : token_kind::user;
}

// Without any other token the default profile is used.
bool wants_profile(const call_command& options, const secret& token) {
  return options.profile || (token.empty() && has_profiles(options));
}

// Only for users at a terminal, not for scripts.
void warn_of_visible_token(const call_command& options) {
  if (!options.token || ::isatty(STDERR_FILENO) == 0) return;
  write_message(
      "vkxx: warning: other users of this machine can see a token on the command line, and the "
      "shell may remember it; --token-file FILE and VK_ACCESS_TOKEN keep it to you");
}

// Whether the schema, if it has the method, lets a community call it.
bool may_be_of_community(const std::string& method) {
  namespace tables = schema_tables;
  const auto known = tables::find_method(method);
  return !known || known->tokens().contains(token_kind::community);
}

// As a list of older versions, or within an object.
bool names_community(const boost::json::value& answer) {
  const auto* object = answer.if_object();
  const auto* held = object == nullptr ? &answer : object->if_contains("groups");
  const auto* groups = held == nullptr ? nullptr : held->if_array();
  return groups != nullptr && !groups->empty();
}

}  // namespace

caller::caller(const call_command& options, const request& first, const interruption& stop)
    : stop_{&stop}, format_{format_of(options.json)}, stats_{options.stats} {
  // Only for users at a terminal, not for scripts.
  if (::isatty(STDERR_FILENO) != 0) watch_ = std::make_shared<wait_watch>();
  auto chosen = settings_for(options, first, stop, watch_);
  token_ = chosen.token;
  kind_unknown_ = chosen.kind_unknown;
  account_ = chosen.account;
  given_token_ = chosen.given_token;
  client_.emplace(chosen.settings);
  if (watch_) watch_->start([this] { return client_->metrics(); });
}

caller::~caller() {
  if (watch_) watch_->stop();
  try {
    if (stats_) write_message("vkxx: " + to_log_line(client_->metrics()));
  } catch (const std::exception&) {
    // Out of memory; the statistics are not essential.
  }
}

call_settings settings_for(const call_command& options, const request& first,
                           const interruption& stop, const std::shared_ptr<wait_watch>& watch) {
  const auto person = std::make_shared<terminal>(stop);
  call_settings chosen;
  const auto& own_token = first.access_token();
  auto token = options.profile ? secret{} : choose_token(options.token, options.token_file);
  const bool from_profile = !own_token && wants_profile(options, token);
  const bool has_token = own_token ? !own_token->empty() : from_profile || !token.empty();
  chosen.token = has_token ? token_presence::given : token_presence::missing;
  warn_of_visible_token(options);
  chosen.settings = settings_of(options, watch);
  auto& result = chosen.settings;
  chosen.account = result.endpoints().api() + ' ';
  if (from_profile) {
    const auto profiles = present_profiles(options, *person);
    // Reported now, in terms of the command line, rather than by the call.
    const auto stored = token_of(options, *profiles);
    result.token_kind(kind_of(stored));
    chosen.account += owner_of(stored, profile_name(options));
    result.tokens(profile_source(options, profiles));
  } else {
    chosen.given_token = token;
    result.access_token(std::move(token));
  }
  if (options.token_kind) result.token_kind(kind_of(*options.token_kind));
  chosen.kind_unknown = has_token && !from_profile && !own_token && !options.token_kind;
  const auto prompts = [&](bool once) {
    return std::make_shared<call_prompter>(person, watch, once);
  };
  result.on_captcha(auth::captcha_prompt(prompts(true)));
  result.on_validation(auth::validation_prompt(prompts(true)));
  result.on_confirmation(auth::confirmation_prompt(prompts(false)));
  return chosen;
}

result<reply> caller::call(request method_call) {
  return client_->try_call(std::move(method_call), call_options{}.stop_token(stop_->token()));
}

blocking_page_sequence caller::pages(request first, const paging& list_paging,
                                     page_options options) {
  options.each_call(call_options{}.stop_token(stop_->token()));
  return {*client_, std::move(first), list_paging, std::move(options)};
}

void caller::learn_token_kind(const std::string& method) {
  // As many as a user's token may send at once.
  constexpr std::uint64_t calls_without_wait = 3;
  if (!kind_unknown_ || client_->metrics().attempts < calls_without_wait) return;
  kind_unknown_ = false;
  if (!may_be_of_community(method)) return;
  auto options = call_options{}.stop_token(stop_->token()).total_timeout(std::chrono::seconds{5});
  // Without parameters: the community of the token. For other tokens VK returns an error.
  const auto answer = client_->try_call(request{"groups.getById"}, std::move(options));
  if (answer && names_community(answer->json())) client_->token_kind(token_kind::community);
}

void caller::pause_notices() {
  if (watch_) watch_->pause();
}

exit_status caller::report(const error& failure) const {
  return report_failure(failure, token_, format_);
}

void show_hints(const call_command& options, std::optional<api_errc> failure) {
  std::vector<std::string> names;
  names.reserve(options.arguments.size());
  for (const auto& text : options.arguments) {
    names.push_back(read_argument(text, names.size() + 1).name);
  }
  for (const auto& hint : call_hints(options.method, names, failure)) {
    write_message("vkxx: note: " + hint);
  }
}

}  // namespace vkxx::cli
