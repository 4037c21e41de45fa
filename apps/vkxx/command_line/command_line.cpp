// The only file that sees CLI11, which takes long to compile.
#include "command_line/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "command_line/command_options.hpp"
#include "command_line/help_texts.hpp"
#include "command_line/mistyped.hpp"
#include "command_line/usage_failure.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

void add_identity(CLI::App& call, call_command& what) {
  const std::string group = "Who calls";
  call.add_option("--token", what.token,
                  "Access token; other users of this machine may see it: prefer the next two")
      ->type_name("TOKEN")
      ->group(group);
  call.add_option("--token-file", what.token_file,
                  "File with the access token. Without it: the variable VK_ACCESS_TOKEN")
      ->type_name("FILE")
      ->group(group);
  add_word(
      call, "--token-kind", what.token_kind, {"user", "community", "service"}, "KIND",
      "user, community or service, on which VK's limit depends [as the profile says, else user; "
      "vkxx all asks VK when a list is long]")
      ->group(group);
}

void add_common_parameters(CLI::App& call, call_command& what) {
  const std::string group = "Common parameters";
  call.add_option("--v", what.v, "Version of the API [5.199]; v:=null sends none")
      ->type_name("VERSION")
      ->group(group);
  call.add_option("--lang", what.lang,
                  "Language of names and texts: ru, en, uk, be, es, fi, de, it")
      ->type_name("LANGUAGE")
      ->group(group);
  call.add_flag("--test-mode", what.test_mode, "Call for an app that is not switched on yet")
      ->group(group);
  call.add_flag("--https", what.https, "Ask for https links in the answer")->group(group);
}

void add_way(CLI::App& call, way_options& what) {
  const std::string group = "The way to VK";
  add_seconds(call, "--timeout", what.timeout, "Longest time of one attempt, in seconds [10]")
      ->group(group);
  call.add_option("--proxy", what.proxy,
                  "http://, https://, socks5:// or socks5h:// URL; empty: none. Without it: the "
                  "variables HTTPS_PROXY, ALL_PROXY, NO_PROXY")
      ->type_name("URL")
      ->group(group);
  call.add_option("--ca-file", what.ca_file, "PEM file of authorities to trust beside the system's")
      ->type_name("FILE")
      ->group(group);
  call.add_option("--emulator", what.emulator,
                  "Address of an emulator, for every service of VK's. Without it: the variable "
                  "VK_EMULATOR_URL")
      ->type_name("URL")
      ->group(group);
  const auto endpoint = [&](const char* name, std::optional<std::string>& where, const char* text) {
    call.add_option(name, where, text)->type_name("URL")->group(group);
  };
  endpoint("--api-url", what.api_url, "Methods [https://api.vk.ru]");
  endpoint("--oauth-url", what.oauth_url, "OAuth 2.0 [https://oauth.vk.ru]");
  endpoint("--id-url", what.id_url, "VK ID [https://id.vk.ru]");
  endpoint("--login-url", what.login_url, "Web login [https://login.vk.ru]");
  endpoint("--mobile-url", what.mobile_url, "Mobile site [https://m.vk.ru]");
}

void add_verbose(CLI::App& command, way_options& what) {
  command.add_flag("--verbose", what.verbose, "Tell on standard error what is sent and received");
}

// `about`: what else is JSON then, or nothing.
void add_json(CLI::App& command, bool& target, const std::string& about = {}) {
  command.add_flag("--json", target,
                   about + (about.empty() ? "An" : "; an") + " error is a JSON object, too");
}

void add_tries(CLI::App& command, call_command& what) {
  add_integer(command, "--tries", what.tries, 1, 100, "COUNT",
              "How often to try after transient failures [4]; 1: never again");
  command.add_flag("--stats", what.stats, "Show on standard error what the client counted");
  add_json(command, what.json);
}

void add_profile(CLI::App& command, profile_options& what) {
  const std::string group = "Profiles";
  command.add_option("--profile", what.profile, "Name of the profile [default]")
      ->type_name("NAME")
      ->group(group);
  command
      .add_option("--tokens", what.tokens,
                  "File of the profiles' tokens, or keyring: for the desktop's. Without it: the "
                  "variable VKXX_TOKENS, else "
                  "vkxx/tokens in the folder of your settings")
      ->type_name("FILE")
      ->group(group);
}

void add_request(CLI::App& command, call_command& what) {
  command.add_option("METHOD", what.method, "Such as users.get")->required()->type_name("");
  command
      .add_option("PARAMETER", what.arguments,
                  "name=text, name:=json, name=@file (@- is standard input), name=@@text")
      ->type_name("");
}

CLI::App* add_call(CLI::App& app, call_command& what) {
  auto* call = app.add_subcommand("call", "Call a method of the API and print the answer as JSON");
  add_request(*call, what);
  call->add_flag("--compact", what.compact, "JSON without line breaks and spaces");
  call->add_flag("--raw", what.raw, "The whole answer with its `response` and `execute_errors`");
  add_tries(*call, what);
  add_verbose(*call, what);
  add_identity(*call, what);
  add_profile(*call, what);
  add_common_parameters(*call, what);
  add_way(*call, what);
  call->footer(call_examples);
  return call;
}

CLI::App* add_all(CLI::App& app, all_command& what) {
  auto* all = app.add_subcommand("all", "Print a whole list, page by page, one item a line");
  add_request(*all, what);
  add_integer(*all, "--limit", what.limit, 0, 1'000'000'000'000, "N",
              "At most so many items, from 0");
  all->add_option("--from", what.from, "Go on where another run stopped")->type_name("CURSOR");
  all->add_option("--state", what.state, "Go on where the last run with this file stopped")
      ->type_name("FILE");
  all->add_option("--list", what.list, "Where the list is in the answer, such as items; . is all")
      ->type_name("PATH")
      ->group("A list that VK's schema does not have");
  add_word(*all, "--by", what.by, {"offset", "start_from"}, "PARAMETER",
           "How its pages go on: offset or start_from")
      ->group("A list that VK's schema does not have");
  all->add_option("--identity", what.identity, "What identifies an item, such as owner_id,id")
      ->type_name("MEMBERS")
      ->group("A list that VK's schema does not have");
  add_tries(*all, what);
  add_verbose(*all, what);
  add_identity(*all, what);
  add_profile(*all, what);
  add_common_parameters(*all, what);
  add_way(*all, what);
  all->footer(all_examples);
  return all;
}

CLI::App* add_login(CLI::App& app, login_command& what) {
  auto* login = app.add_subcommand("login", "Get an access token and keep it as a profile");
  add_word(*login, "WAY", what.way,
           {"vkid", "code", "implicit", "direct", "communities", "service"}, "",
           "vkid, code, implicit, direct, communities or service")
      ->required();
  const auto text = [&](const char* name, std::optional<std::string>& where, const char* type,
                        const char* about) {
    login->add_option(name, where, about)->type_name(type)->group("The login");
  };
  text("--login", what.login, "TEXT", "Phone or e-mail; asked for if it is left out");
  text("--password-file", what.password_file, "FILE",
       "File with the password in its first line (- is standard input); asked for without it");
  text("--password", what.password, "TEXT",
       "Password; other users of this machine may see it: prefer the others");
  text("--phone", what.phone, "NUMBER", "The account's phone number, if VK asks for its digits");
  text("--client-id", what.client_id, "ID", "The app [VK's own; needed by code and vkid]");
  text("--client-secret-file", what.client_secret_file, "FILE",
       "File with the app's secret. Without it: the variable VK_CLIENT_SECRET");
  text("--scope", what.scope, "RIGHTS", "Names joined by commas, or a bit mask");
  add_read(*login, "--group-ids", what.group_ids, read_ids, "IDS",
           "The communities, joined by commas")
      ->group("The login");
  text("--redirect-uri", what.redirect_uri, "URL",
       "The app's redirect: its address is pasted. Without it a port of this machine listens");
  add_port(*login, what.port, "That port [a free one]")->group("The login");
  text("--token-file", what.token_file, "FILE", "Of service: file with the key");
  login->add_flag("--print-token", what.print_token, "Print the token on standard output");
  add_json(*login, what.json);
  add_verbose(*login, what);
  add_profile(*login, what);
  add_way(*login, what);
  login->footer(login_examples);
  return login;
}

CLI::App* add_methods(CLI::App& app, methods_command& what) {
  auto* methods = app.add_subcommand("methods", "List the methods of VK's API");
  methods->add_option("SECTION", what.section, "Only those of this section, such as wall")
      ->type_name("");
  add_json(*methods, what.json, "As a JSON array");
  methods->footer(methods_examples);
  return methods;
}

CLI::App* add_describe(CLI::App& app, describe_command& what) {
  auto* describe =
      app.add_subcommand("describe", "Tell what a method takes, answers, and may fail with");
  describe->add_option("METHOD", what.method, "Such as wall.get")->required()->type_name("");
  add_json(*describe, what.json, "As a JSON object");
  describe->footer(describe_examples);
  return describe;
}

CLI::App* add_explain(CLI::App& app, explain_command& what) {
  auto* explain = app.add_subcommand("explain", "Tell what an error of VK's means and what helps");
  auto* code =
      explain->add_option("CODE", what.what, "Number or name, such as 14 or captcha_needed")
          ->type_name("");
  add_integer(*explain, "SUBCODE", what.subcode, 0, std::numeric_limits<int>::max(), "",
              "error_subcode");
  auto* list = explain->add_flag("--list", what.list, "All errors that have a name");
  list->excludes(code);
  add_json(*explain, what.json, "As a JSON object, with --list an array");
  explain->footer(explain_examples);
  return explain;
}

CLI::App* add_emulate(CLI::App& app, emulate_command& what) {
  auto* emulate = app.add_subcommand("emulate", "Run a VK on this machine for clients to call");
  add_port(*emulate, what.port, "TCP port [a free one]");
  emulate->add_option("--address", what.address, "Address to listen on [127.0.0.1]")
      ->type_name("IP");
  auto* tls = emulate->add_flag("--tls", what.tls, "HTTPS, with a certificate made at start");
  emulate
      ->add_option("--ca-out", what.ca_out,
                   "Write the authority's certificate there, for --ca-file")
      ->type_name("FILE")
      ->needs(tls);
  emulate->add_flag("--strict-limits", what.strict_limits,
                    "Limit calls per second and token as VK does (error 6)");
  emulate->add_option("--fault", what.faults, "Something that shall go wrong; may be given again")
      ->type_name("SPEC")
      ->expected(1)
      ->take_all();
  emulate
      ->add_option("--procedure", what.procedures,
                   "A stored procedure, called as execute.NAME; may be given again")
      ->type_name("NAME[:VERSION]=FILE")
      ->expected(1)
      ->take_all();
  add_seed(*emulate, "--seed", what.seed, "What all drawn numbers come from [1]");
  add_seed(*emulate, "--page-seed", what.page_seed,
           "Spell the login pages as real ones vary, drawn from N [0: plainly]");
  add_integer(*emulate, "--token-lifetime", what.token_lifetime, 1, 1'000'000'000, "SECONDS",
              "Of tokens that expire at all", "seconds");
  emulate->add_flag("--auto-consent", what.auto_consent,
                    "Apps get the access they ask for without a page");
  emulate
      ->add_option("--control-host", what.control_hosts,
                   "A name by which programs may call /_emulator/, in a network of containers for "
                   "example; may be given again")
      ->type_name("NAME")
      ->expected(1)
      ->take_all();
  emulate->add_flag("--print-credentials", what.print_credentials,
                    "Print address, login and tokens as shell variables, then close the output");
  emulate->add_flag("--hosts", what.hosts,
                    "Print the lines of /etc/hosts that lead VK's names to --address, and end");
  emulate->add_flag("--verbose", what.verbose, "A line on standard error for each request");
  emulate->footer(emulate_examples);
  return emulate;
}

CLI::App* add_bench(CLI::App& app, bench_command& what) {
  auto* bench = app.add_subcommand(
      "bench", "Run a load against an emulator: how near the limit, how late, at what cost");
  what.method = "utils.getServerTime";
  bench->add_option("METHOD", what.method, "What is called [utils.getServerTime]")->type_name("");
  bench->add_option("PARAMETER", what.arguments, "As of vkxx call")->type_name("");
  auto* emulator =
      bench->add_option("--emulator", what.emulator, "An emulator that runs already [one inside]")
          ->type_name("URL");
  bench->add_option("--ca-file", what.ca_file, "PEM file of authorities to trust")
      ->type_name("FILE")
      ->needs(emulator);
  add_read(
      *bench, "--seconds", what.seconds,
      [](const std::string& text) { return read_real(text, 1, 3600, "seconds"); }, "SECONDS",
      "How long, from 1 to 3600 [10]");
  add_integer(*bench, "--callers", what.callers, 1, 100'000, "COUNT",
              "How many call at the same time [enough to use the limit up]");
  bench->add_flag("--batched", what.batched, "Gather the calls into requests of execute");
  add_word(*bench, "--kind", what.kind, {"user", "community", "service"}, "KIND",
           "Whose token: user, community or service [user]");
  bench->add_flag("--no-limit", what.no_limit, "As fast as it goes: nobody counts calls a second");
  add_integer(*bench, "--latency", what.latency, 0, 60'000, "MS",
              "How late the emulator inside answers, in milliseconds [0]", "milliseconds")
      ->excludes(emulator);
  add_read(
      *bench, "--faults", what.faults,
      [](const std::string& text) { return read_real(text, 0, 0.2, "a share"); }, "SHARE",
      "The share of requests, from 0 to 0.2, that the emulator inside spoils in each of five ways: "
      "reset, lost after execution, HTTP 502, HTML, error 10 [0]")
      ->excludes(emulator);
  add_json(*bench, what.json, "As a JSON object");
  bench->add_option("--plot", what.plot, "Draw the rate over time against the limit, as SVG")
      ->type_name("FILE");
  bench->footer(bench_examples);
  return bench;
}

CLI::App* add_completion(CLI::App& app, completion_command& what) {
  auto* completion = app.add_subcommand("completion", "Print the completion script of a shell");
  add_word(*completion, "SHELL", what.shell, {"bash", "zsh", "fish"}, "", "bash, zsh or fish")
      ->required();
  completion->footer(completion_examples);
  return completion;
}

known_command described(const CLI::App& app, bool hidden) {
  known_command known{app.get_parent() == nullptr ? "" : app.get_name(), {}, hidden};
  for (const auto* option : app.get_options()) {
    const bool takes_value = option->get_items_expected_max() > 0;
    const bool repeatable = option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    const auto add = [&](const std::string& name) {
      known.options.push_back({name, takes_value, repeatable});
    };
    for (const auto& name : option->get_lnames()) add("--" + name);
    for (const auto& name : option->get_snames()) add("-" + name);
  }
  return known;
}

// Before anything is parsed: a mistyped option would make an argument of its value.
void check_spelling(const CLI::App& app, const std::vector<std::string>& typed) {
  std::vector<known_command> commands{described(app, false)};
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(described(*command, command->get_group().empty()));
  }
  check_spelling(typed, commands);
}

// CLI11 does not take `--` in a command. Without it, what follows is marked where it would be taken
// for an option, and the mark goes from the arguments again when they have been read.
constexpr char dash_mark = '\x01';

std::vector<std::string> marked(const std::vector<std::string>& words) {
  std::vector<std::string> all;
  bool options = true;
  for (const auto& word : words) {
    if (options && word == "--") {
      options = false;
    } else {
      all.push_back(!options && word.starts_with('-') ? dash_mark + word : word);
    }
  }
  return all;
}

void unmark(std::string& word) {
  if (word.starts_with(dash_mark) && word.substr(1).starts_with('-')) word.erase(0, 1);
}

void unmark(std::vector<std::string>& words) {
  for (auto& word : words) unmark(word);
}

std::string help_hint(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? "vkxx --help" : "vkxx " + chosen.front()->get_name() + " --help";
}

void check_explain(const explain_command& what) {
  if (what.list || !what.what.empty()) return;
  throw usage_failure{"explain needs a code or a name, or --list", "vkxx explain --help"};
}

}  // namespace

command read_command_line(int argc, const char* const* argv) {
  CLI::App app{"Calls VK's API, explains its errors, and emulates it on this machine.", "vkxx"};
  call_command call;
  all_command all;
  login_command login;
  profiles_command profiles;
  whoami_command whoami;
  logout_command logout;
  methods_command methods;
  describe_command describe;
  explain_command explain;
  emulate_command emulate;
  bench_command bench;
  completion_command completion;
  app.set_version_flag("--version", "vkxx " VKXX_VERSION, "Print the version");
  app.require_subcommand(1);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.get_formatter()->label("Subcommands", "Commands");
  app.footer(program_examples);
  app.get_formatter()->column_width(28);
  const auto* call_app = add_call(app, call);
  const auto* all_app = add_all(app, all);
  const auto* login_app = add_login(app, login);
  auto* profiles_app = app.add_subcommand("profiles", "List the profiles that are logged in");
  add_profile(*profiles_app, profiles);
  auto* whoami_app = app.add_subcommand("whoami", "Tell whose token a profile has");
  auto* logout_app = app.add_subcommand("logout", "Forget a profile, and end its session at VK");
  logout_app->add_flag("--local", logout.local,
                       "Forget it here only: VK is not asked, and the session goes on there");
  add_json(*profiles_app, profiles.json, "As a JSON array");
  profiles_app->footer(profiles_examples);
  add_json(*whoami_app, whoami.json, "As a JSON object");
  whoami_app->footer(whoami_examples);
  add_json(*logout_app, logout.json);
  logout_app->footer(logout_examples);
  for (auto [subcommand, way, profile] :
       {std::tuple<CLI::App*, way_options*, profile_options*>{whoami_app, &whoami, &whoami},
        {logout_app, &logout, &logout}}) {
    add_verbose(*subcommand, *way);
    add_profile(*subcommand, *profile);
    add_way(*subcommand, *way);
  }
  const auto* methods_app = add_methods(app, methods);
  const auto* describe_app = add_describe(app, describe);
  const auto* explain_app = add_explain(app, explain);
  const auto* emulate_app = add_emulate(app, emulate);
  const auto* bench_app = add_bench(app, bench);
  auto* demo_app = app.add_subcommand(
      "demo", "Show a tour of calls to an emulator: answered, refused, challenged, timed out");
  demo_app->footer(demo_examples);
  const auto* completion_app = add_completion(app, completion);
  // For the scripts alone: without a group it is in no help.
  const auto* words_app = app.add_subcommand("completion-words", "")->group("");
  try {
    const std::vector<std::string> typed{argv + std::min(argc, 1), argv + argc};
    check_spelling(app, typed);
    auto words = marked(typed);
    std::ranges::reverse(words);
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return print_command{app.help()};
  } catch (const CLI::ExtrasError&) {
    throw usage_failure{"there are more arguments than expected", help_hint(app)};
  } catch (const CLI::CallForVersion&) {
    return print_command{app.version() + "\n"};
  } catch (const CLI::RequiredError& failure) {
    const bool no_command = app.get_subcommands().empty();
    throw usage_failure{
        no_command ? "expected a command: call, all, login, profiles, whoami, logout, methods, "
                     "describe, explain, emulate, bench, demo, completion"
                   : failure.what(),
        help_hint(app)};
  } catch (const CLI::ParseError& failure) {
    throw usage_failure{failure.what(), help_hint(app)};
  }
  for (auto* words : {&call.arguments, &all.arguments, &bench.arguments}) unmark(*words);
  for (auto* word : {&call.method, &all.method, &bench.method, &methods.section, &describe.method,
                     &explain.what}) {
    unmark(*word);
  }
  if (call_app->parsed()) return call;
  if (all_app->parsed()) return all;
  if (login_app->parsed()) return login;
  if (profiles_app->parsed()) return profiles;
  if (whoami_app->parsed()) return whoami;
  if (logout_app->parsed()) return logout;
  if (methods_app->parsed()) return methods;
  if (describe_app->parsed()) return describe;
  if (explain_app->parsed()) {
    check_explain(explain);
    return explain;
  }
  if (emulate_app->parsed()) return emulate;
  if (bench_app->parsed()) return bench;
  if (demo_app->parsed()) return demo_command{};
  if (completion_app->parsed()) return completion;
  if (words_app->parsed()) return completion_words_command{};
  return print_command{app.help()};
}

exit_status run(const print_command& what) {
  write_output(what.text);
  return exit_status::done;
}

}  // namespace vkxx::cli
