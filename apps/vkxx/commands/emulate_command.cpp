// `vkxx emulate`: the local VK API emulator as a process.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>
#include <vkxx/emulator.hpp>

#include "command_line/command_description.hpp"
#include "command_line/numbers.hpp"
#include "command_line/usage_failure.hpp"
#include "output/file.hpp"
#include "output/output.hpp"
#include "terminal/interruption.hpp"

namespace vkxx::cli {
namespace {

constexpr auto emulate_help = "vkxx emulate --help";

struct emulate_command {
  std::uint16_t port = 0;
  std::string address = "127.0.0.1";
  bool tls = false;
  std::optional<std::string> ca_out;
  bool strict_limits = false;
  bool samples = false;
  std::vector<std::string> faults;
  std::vector<std::string> procedures;
  std::uint64_t seed = 1;
  std::uint64_t page_seed = 0;
  std::optional<std::uint32_t> token_lifetime;  // seconds
  std::uint32_t users = 0;
  std::uint32_t members = 0;
  std::uint32_t chats = 0;
  std::uint32_t posts = 0;
  std::uint32_t message_limit = 100'000;
  std::optional<std::string> world;
  std::optional<std::string> keep;
  std::optional<std::string> replay;
  std::uint32_t replay_limit = 60;  // seconds
  bool auto_consent = false;
  bool strict_uploads = false;
  std::vector<std::string> control_hosts;
  bool print_credentials = false;
  bool hosts = false;  // only print the lines for /etc/hosts
  bool verbose = false;
};

// `NAME[:VERSION]=FILE`
emulation::procedure procedure_of(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals + 1 == text.size()) {
    throw std::invalid_argument{"expected NAME=FILE or NAME:VERSION=FILE"};
  }
  const auto colon = std::min(text.find(':'), equals);
  int version = 1;
  if (colon != equals) {
    const std::string_view digits{text};
    const auto number = whole_number<int>(digits.substr(colon + 1, equals - colon - 1));
    if (!number) throw std::invalid_argument{"the version is not a number"};
    version = *number;
  }
  emulation::procedure result{text.substr(0, colon), read_file(text.substr(equals + 1))};
  result.version(version);
  return result;
}

emulator_options options_of(const emulate_command& command,
                            const std::shared_ptr<std::atomic<bool>>& warned) {
  emulator_options options;
  options.address(command.address).port(command.port).seed(command.seed);
  options.tls(command.tls).strict_limits(command.strict_limits).samples(command.samples);
  options.page_seed(command.page_seed).auto_consent(command.auto_consent);
  options.strict_uploads(command.strict_uploads);
  options.users(command.users).members(command.members);
  options.chats(command.chats).posts(command.posts).message_limit(command.message_limit);
  if (command.world) options.world(*command.world);
  if (command.keep) options.keep(*command.keep);
  if (command.token_lifetime) options.token_lifetime(std::chrono::seconds{*command.token_lifetime});
  for (const auto& text : command.faults) {
    try {
      options.add_fault(emulation::parse_fault(text));
    } catch (const emulation::fault_syntax_error& failure) {
      throw usage_failure{
          fmt::format(
              "--fault {}: {} (it is KIND[=VALUE][:METHOD][*COUNT][,NAME=VALUE]..., such as "
              "lost:wall.post*2, or lost*0 for every call)",
              text, failure.what()),
          emulate_help};
    }
  }
  for (const auto& text : command.procedures) {
    try {
      options.add_procedure(procedure_of(text));
    } catch (const std::invalid_argument& failure) {
      throw usage_failure{fmt::format("--procedure {}: {}", text, failure.what()), emulate_help};
    }
  }
  for (const auto& name : command.control_hosts) {
    try {
      options.add_control_host(name);
    } catch (const std::invalid_argument&) {
      throw usage_failure{
          fmt::format("--control-host {}: expected a host name without a port, such as emulator",
                      name),
          emulate_help};
    }
  }
  // A warning is about what the user would miss: a world that was not kept.
  options.log(
      [warned](const log_line& line) {
        if (line.level == log_level::warning) *warned = true;
        write_message(fmt::format("{}: {}", to_string(line.level), printable(line.text)));
      },
      command.verbose ? log_level::debug : log_level::warning);
  return options;
}

// Written in one piece: a reader may close the pipe after the first line.
std::string greeting(const emulator& vk) {
  const auto tokens = vk.tokens();
  return fmt::format(
      "{0}\n"
      "token of user 1:      {1}\n"
      "token of user 2:      {2}\n"
      "token of community 1: {3}\n"
      "token of the service: {4}\n"
      "Open {0}/ in a browser for the console.\n",
      vk.url(), tokens.user, tokens.other_user, tokens.community, tokens.service);
}

// Nothing here needs an escape between single quotes.
std::string credentials(const emulator& vk) {
  const auto tokens = vk.tokens();
  const auto accounts = vk.accounts();
  const auto plain = std::ranges::find_if(accounts, [](const emulation::account& account) {
    return account.branch() == emulation::login_branch::plain;
  });
  if (plain == accounts.end())
    throw std::invalid_argument{
        "--print-credentials: the world has no user with a login; it needs the user with id 1"};
  return fmt::format(
      "export VK_EMULATOR_URL='{}'\n"
      "export VK_EMULATOR_PID='{}'\n"
      "export VK_USER_LOGIN='{}'\n"
      "export VK_USER_PASSWORD='{}'\n"
      "export VK_ACCESS_TOKEN='{}'\n"
      "export VK_GROUP_IDS='1,2'\n"
      "export VK_GROUP_ACCESS_TOKEN='{}'\n"
      "export VK_SERVICE_TOKEN='{}'\n",
      vk.url(), ::getpid(), plain->login(), plain->password(), tokens.user, tokens.community,
      tokens.service);
}

// The host names that VK clients use. Hosts files have no wildcards.
std::string hosts_lines(const std::string& address) {
  std::string lines;
  for (const auto* domain : {"vk.ru", "vk.com"}) {
    lines += fmt::format("{0} {1} api.{1} oauth.{1} login.{1} m.{1} id.{1} im.{1} static.{1}\n",
                         address, domain);
  }
  return lines;
}

// `$(vkxx emulate … &)` waits for the end of the output, not of the program.
void close_output() {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0 || ::dup2(nowhere, STDOUT_FILENO) < 0) {
    throw output_failure{"standard output cannot be closed"};
  }
  ::close(nowhere);
}

// Each line safe for a terminal: bots and transcripts are not trusted.
std::string printable_lines(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    // The indentation is ours.
    const auto indent = std::min(line.find_first_not_of(' '), line.size());
    shown.append(line.substr(0, indent)).append(printable(line.substr(indent))).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return shown;
}

// A difference is what the command is for: standard output shows it.
exit_status replay(emulator& vk, const emulate_command& command, const std::string& lines,
                   const interruption& stop) {
  emulation::replay_outcome outcome;
  try {
    const std::stop_callback interrupted{stop.token(), [&vk] { vk.stop(); }};
    outcome = vk.replay(lines, std::chrono::milliseconds{200},
                        std::chrono::seconds{command.replay_limit});
  } catch (const std::invalid_argument& failure) {
    throw usage_failure{fmt::format("--replay {}: {}", *command.replay, failure.what()),
                        emulate_help};
  }
  vk.stop();
  if (stop.signal() != 0) return status_of_signal(stop.signal());
  write_output(outcome.same() ? "The bot did what the transcript says.\n"
                              : "The bot did something else than the transcript says.\n" +
                                    printable_lines(outcome.difference()));
  return outcome.same() ? exit_status::done : exit_status::failed;
}

exit_status serve(const emulate_command& command, const interruption& stop) {
  if (command.hosts) {
    write_output(hosts_lines(command.address));
    return exit_status::done;
  }
  const auto lines = command.replay ? read_file(*command.replay) : std::string{};
  const auto warned = std::make_shared<std::atomic<bool>>(false);
  // Files of worlds may be named pipes, and a large world takes its time. Nothing is lost yet.
  std::optional<std::stop_callback<std::function<void()>>> starting;
  starting.emplace(stop.token(),
                   [&stop] { ::_exit(static_cast<int>(status_of_signal(stop.signal()))); });
  emulator vk{options_of(command, warned)};
  starting.reset();
  if (command.ca_out) write_file(*command.ca_out, vk.ca_certificate_pem());
  if (command.print_credentials) {
    write_output(credentials(vk));
    close_output();
  } else {
    write_output(greeting(vk));
  }
  if (command.replay) return replay(vk, command, lines, stop);
  stop.wait();
  *warned = false;
  vk.stop();
  return *warned ? exit_status::failed : exit_status::done;
}

exit_status run_emulate(const emulate_command& command) {
  const interruption stop;
  try {
    return serve(command, stop);
  } catch (const std::invalid_argument& failure) {
    throw usage_failure{failure.what(), emulate_help};
  } catch (const boost::system::system_error& failure) {
    if (failure.code() == boost::system::errc::invalid_argument) {
      throw usage_failure{fmt::format("--address: expected an IP address such as 127.0.0.1 or ::1, "
                                      "not \"{}\"",
                                      command.address),
                          emulate_help};
    }
    throw listen_failure{fmt::format(
        "the emulator cannot listen on port {} of {}: {}; choose another --port or --address, or "
        "leave --port out for a free one",
        command.port, command.address, failure.code().message())};
  }
}

// For shell completion: with `=` if a value must follow.
std::vector<value_word> fault_words() {
  std::vector<value_word> words;
  for (const auto* word : {"error=",
                           "captcha",
                           "captcha_page",
                           "captcha_both",
                           "validation",
                           "confirmation",
                           "http_status=",
                           "html",
                           "wrong_type",
                           "empty",
                           "broken_json",
                           "no_envelope",
                           "huge=",
                           "truncated",
                           "slow=",
                           "dribble=",
                           "silent",
                           "closed",
                           "reset",
                           "lost",
                           "twice",
                           "loose",
                           "domain_challenge",
                           "redirect",
                           "trailing_error",
                           "upload_error",
                           "upload_error_object",
                           "upload_errcode",
                           "upload_empty",
                           "slow_read=",
                           "old_format",
                           "fallback_url"}) {
    words.push_back({word});
  }
  return words;
}

// `error, captcha, …`, broken into lines.
std::string fault_kinds() {
  constexpr std::size_t width = 98;
  std::string text;
  std::size_t column = 0;
  for (const auto& [word, help] : fault_words()) {
    const auto kind = word.substr(0, word.find('='));
    if (!text.empty()) text += column + kind.size() + 2 > width ? ",\n" : ", ";
    if (text.ends_with('\n')) column = 0;
    text += kind;
    column += kind.size() + 2;
  }
  return text;
}

void add_server_options(command_description& command, emulate_command& options) {
  command.number("--port", options.port, {0, 65'535, "a port"}, "PORT", "TCP port [a free one]");
  command.text("--address", options.address, "IP", "Address to listen on [127.0.0.1]")
      .set_details(
          "Address to listen on; 127.0.0.1 by default, which only this machine can reach.");
  command.flag("--tls", options.tls, "Serve HTTPS with a certificate created at startup");
  command
      .file("--ca-out", options.ca_out,
            "Write the certificate of the authority to this file, for --ca-file")
      .add_needed("--tls");
}

void add_behaviour_options(command_description& command, emulate_command& options) {
  command.flag("--strict-limits", options.strict_limits,
               "Enforce VK's rate limits per token (error 6)");
  command.flag("--samples", options.samples,
               "Answer every method with a sample made from VK's schema");
  command.texts("--fault", options.faults, "SPEC", "Fault to inject; may be repeated")
      .set_words(fault_words());
  command
      .texts("--procedure", options.procedures, "NAME[:VERSION]=FILE",
             "Stored procedure, called as execute.NAME; may be repeated")
      .set_details(
          "A stored procedure: the VKScript in FILE, called as execute.NAME with the "
          "parameters of the call as its `Args`; the parameter `func_v` selects the "
          "version, 1 by default. May be repeated.");
  const auto read_seed = [](const std::string& text) {
    return read_unsigned(text, 0, std::numeric_limits<std::uint64_t>::max());
  };
  command.value("--seed", options.seed, read_seed, "N", "Seed of the random generator [1]");
  command
      .value("--page-seed", options.page_seed, read_seed, "N",
             "Vary the markup of the login pages as real ones vary, by this seed [0: plain]")
      .set_details(
          "Vary the markup of the login pages by this seed: attribute order, quotes, "
          "entities, relative addresses and meaningless elements, as real pages vary. 0, "
          "the default, gives plain pages.");
  command.number("--token-lifetime", options.token_lifetime, {1, 1'000'000'000, "seconds"},
                 "SECONDS", "Lifetime of tokens that expire");
  command.flag("--strict-uploads", options.strict_uploads,
               "Upload servers take only documented fields, and files with an extension");
  command.flag("--auto-consent", options.auto_consent,
               "Grant apps the access they request without a page");
  command
      .texts("--control-host", options.control_hosts, "NAME",
             "A name by which programs may call /_emulator/; may be repeated")
      .set_details(
          "A name by which programs may call the control API (/_emulator/), beside IP addresses "
          "and localhost: the emulator's name in a network of containers, for example.");
}

void add_world_options(command_description& command, emulate_command& options) {
  command.number("--users", options.users, {0, 1'000'000}, "N", "Number of users, at least [14]");
  command.number("--members", options.members, {0, 1'000'000}, "N",
                 "Number of members of community 1 [the users]");
  command.number("--chats", options.chats, {0, 100'000}, "N",
                 "Number of chats of user 1, at least [1]");
  command.number("--posts", options.posts, {0, 50'000}, "N",
                 "Number of posts on the wall of community 1, at least [3]");
  command
      .number("--message-limit", options.message_limit, {1, 10'000'000}, "N",
              "Number of messages to remember [100000]")
      .set_details("The maximum number of messages in the world; the oldest are dropped first.");
  command.file("--world", options.world, "Begin with this world: a snapshot, or written by hand");
  command
      .file("--keep", options.keep, "Keep the world in this file, and begin with it if it exists")
      .set_details(
          "Write a snapshot of the world to this file after changes, at most once a second, and at "
          "the end. If the file exists at the start, the world begins with it.");
  command
      .file("--replay", options.replay,
            "Play this transcript against the bot, compare, and exit with 1 if it differs")
      .set_details(
          "Wait for the bot, play what users do in this transcript, compare what the bot does, "
          "print the difference, and exit: 0 if there is none, else 1.");
  command
      .number("--replay-limit", options.replay_limit, {1, 3600, "seconds"}, "SECONDS",
              "Time for the whole replay, the start of the bot included [60]")
      .add_needed("--replay");
}

}  // namespace

command_description emulate_description() {
  const auto options = std::make_shared<emulate_command>();
  command_description command{"emulate", "Run a local VK API emulator"};
  add_server_options(command, *options);
  add_behaviour_options(command, *options);
  add_world_options(command, *options);
  command
      .flag("--print-credentials", options->print_credentials,
            "Print address, login and tokens as shell variables, then close the output")
      .set_details(
          "Print, instead of the address and the tokens, assignments of `VK_EMULATOR_URL`, "
          "`VK_EMULATOR_PID`, `VK_USER_LOGIN`, `VK_USER_PASSWORD`, `VK_ACCESS_TOKEN`, "
          "`VK_GROUP_IDS`, `VK_GROUP_ACCESS_TOKEN` and `VK_SERVICE_TOKEN` for a shell, "
          "then close standard output and go on.");
  command
      .flag("--hosts", options->hosts,
            "Print the lines for /etc/hosts that map VK's host names to --address, and exit")
      .set_details(
          "Print the lines for `/etc/hosts` that map VK's host names to --address, and "
          "exit. With --tls --port 443, clients with fixed addresses then run against the "
          "emulator unchanged.");
  command.flag("--verbose", options->verbose, "Log each request to standard error");
  command.examples({
      "vkxx emulate --port 8080",
      "vkxx emulate --tls --ca-out ca.pem",
      "vkxx emulate --fault 'captcha:users.get*2' --fault 'slow=500:*' --strict-limits",
      "vkxx emulate --page-seed 7 --token-lifetime 5",
      "vkxx emulate --procedure feed=feed.vks --procedure feed:2=feed2.vks",
      "vkxx emulate --world shop.json --keep world.json",
      "vkxx emulate --port 8080 --replay talk.jsonl",
  });
  command.notes(
      R"(A fault is KIND[=VALUE][:METHOD][*COUNT][,NAME=VALUE]... where KIND is one of:
)" + fault_kinds() +
      R"help(.
A METHOD that begins with / is a page: /authorize, /?act=login, /login*.

The first line on standard output is the address, printed when connections are accepted; tokens to
call with follow. SIGINT and SIGTERM stop the emulator with status 0. A script gets what it needs by
  eval "$(vkxx emulate --print-credentials &)"; trap 'kill "$VK_EMULATOR_PID"' EXIT)help");
  command.on_run([options] { return run_emulate(*options); });
  return command;
}

}  // namespace vkxx::cli
