// `vkxx bench`: a load against an emulator.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/value.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>
#include <vkxx/emulator.hpp>

#include "bench/bench_load.hpp"
#include "bench/bench_report.hpp"
#include "bench/bench_target.hpp"
#include "bench/svg_chart.hpp"
#include "command_line/arguments.hpp"
#include "command_line/usage_failure.hpp"
#include "options/shared_options.hpp"
#include "output/file.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "terminal/interruption.hpp"

namespace vkxx::cli {
namespace {

struct bench_command {
  std::string method = "utils.getServerTime";
  std::vector<std::string> arguments;
  std::optional<std::string> emulator;  // its address; nothing: one inside the program
  std::optional<std::string> ca_file;
  double seconds = 10;
  std::optional<std::size_t> callers;  // nothing: enough to use up the limit
  bool batched = false;
  std::string kind = "user";  // of the token: user, community, service
  bool no_limit = false;
  std::optional<int> latency;    // milliseconds
  std::optional<double> faults;  // share of the requests that each kind of fault hits
  bool json = false;
  std::optional<std::string> plot;  // file of the chart
};

// Opened before the load, so that a path that cannot be written is reported at once.
class chart_file {
 public:
  explicit chart_file(const std::optional<std::string>& path) {
    if (!path) return;
    file_.open(*path, std::ios::binary | std::ios::trunc);
    if (file_) return;
    throw usage_failure{fmt::format("--plot: {} cannot be written: {}", printable(*path),
                                    std::generic_category().message(errno)),
                        bench_help};
  }
  void write(const std::string& text) {
    file_ << text << std::flush;
    if (!file_) throw output_failure{"the file of --plot cannot be written"};
  }

 private:
  std::ofstream file_;
};

token_kind kind_of(const bench_command& command) {
  if (command.kind == "user") return token_kind::user;
  return command.kind == "community" ? token_kind::community : token_kind::service;
}

// The client's limit for an app of unknown size; see docs/limits.md.
double requests_a_second(token_kind kind) {
  return kind == token_kind::community ? 20 : 3;
}

emulator_options options_of(const bench_command& command) {
  const std::chrono::milliseconds latency{command.latency.value_or(0)};
  emulator_options options;
  options.strict_limits(!command.no_limit).latency(latency, latency).record_limit(1);
  if (!command.faults || *command.faults == 0) return options;
  for (const auto* kind : {"reset", "lost", "http_status=502", "html", "error=10"}) {
    options.add_fault(emulation::parse_fault(fmt::format("{}*0,rate={}", kind, *command.faults)));
  }
  return options;
}

bench_target target_of(const emulator& vk) {
  const auto tokens = vk.tokens();
  return {vk.url(), tokens.user, tokens.community, tokens.service};
}

config settings_of(const bench_command& command, const bench_target& target) {
  const auto kind = kind_of(command);
  config settings;
  settings.emulator(target.url).token_kind(kind);
  settings.access_token(kind == token_kind::user        ? target.user
                        : kind == token_kind::community ? target.community
                                                        : target.service);
  if (command.ca_file) settings.ca_file(*command.ca_file);
  if (command.no_limit) settings.limits(limits{}.off());
  // All calls are equal, and none may share the answer of another.
  if (command.batched) settings.batching(batching{}.join_equal_reads(false));
  return settings;
}

// Enough to use up the limit while responses are under way, with calls for two seconds waiting.
std::size_t callers_of(const bench_command& command, const bench_facts& facts) {
  if (command.callers) return *command.callers;
  const auto limit = facts.call_limit();
  if (!limit) return 32;
  return static_cast<std::size_t>(std::ceil(*limit * (2 + facts.latency_ms / 1e3)));
}

bench_facts facts_of(const bench_command& command) {
  bench_facts facts;
  facts.method = command.method;
  facts.kind = command.kind;
  facts.emulator = command.emulator.value_or("");
  facts.batched = command.batched;
  if (!command.no_limit) facts.limit = requests_a_second(kind_of(command));
  facts.latency_ms = command.latency.value_or(0);
  facts.faults = command.faults.value_or(0);
  facts.callers = callers_of(command, facts);
  return facts;
}

exit_status status_after(const bench_seen& seen, int signal) {
  if (signal != 0) return status_of_signal(signal);
  if (seen.answered > 0 || !seen.first_failure) return exit_status::done;
  write_message("vkxx: no call succeeded; the first one: " +
                description_of(*seen.first_failure, token_presence::given));
  return status_of(*seen.first_failure);
}

exit_status run_bench(const bench_command& given) {
  // Before signals are caught: while a file or standard input is read, they end the process.
  auto command = given;
  if (command.ca_file) command.ca_file = lasting_file(*command.ca_file);
  auto call = make_request(command.method, command.arguments, read_file);
  const interruption stop;
  if (call.access_token()) {
    throw usage_failure{"access_token: the load is made with the emulator's own tokens",
                        bench_help};
  }
  chart_file chart{command.plot};
  auto facts = facts_of(command);
  std::optional<emulator> inside;
  bench_target target;
  if (command.emulator) {
    target = find_emulator(*command.emulator, command.ca_file, stop);
  } else {
    target = target_of(inside.emplace(options_of(command)));
  }
  if (::isatty(STDERR_FILENO) != 0) {
    write_message(fmt::format("vkxx: calling for {:.4g} s; interrupt to end it", command.seconds));
  }
  const bench_load load{std::move(call), facts.callers, command.seconds};
  facts.seen = run_load(load, settings_of(command, target), stop.token());
  write_output(command.json ? printed_value(bench_json(facts), json_layout::pretty)
                            : bench_table(facts));
  if (command.plot) chart.write(to_svg(bench_chart(facts)));
  return status_after(facts.seen, stop.signal());
}

void add_emulator_options(command_description& command, bench_command& options) {
  command
      .url("--emulator", options.emulator, "Address of a running emulator [one inside the program]")
      .set_details(
          "Address of a running emulator, which is first verified to be one. By default an "
          "emulator runs inside the program.");
  command.file("--ca-file", options.ca_file, "PEM file of certificate authorities to trust")
      .add_needed("--emulator");
}

void add_load_options(command_description& command, bench_command& options) {
  command.value(
      "--seconds", options.seconds,
      [](const std::string& text) { return read_real(text, 1, 3600, "seconds"); }, "SECONDS",
      "Duration of the load, from 1 to 3600 seconds [10]");
  command
      .number("--callers", options.callers, {1, 100'000}, "COUNT",
              "Number of concurrent callers [enough to use up the limit]")
      .set_details(
          "Number of concurrent callers, each of which calls again as soon as it has a "
          "response. By default enough to use up the limit; 32 without a limit.");
  command.flag("--batched", options.batched, "Combine the calls into execute requests");
  command.word("--kind", options.kind, token_kind_words(), "KIND",
               "Kind of the token: user, community or service [user]");
  command.flag("--no-limit", options.no_limit,
               "No rate limit, neither in the client nor in the emulator");
}

// Options of the built-in emulator only.
void add_fault_options(command_description& command, bench_command& options) {
  command
      .number("--latency", options.latency, {0, 60'000, "milliseconds"}, "MS",
              "Latency of the emulator inside, in milliseconds [0]")
      .add_excluded("--emulator");
  command
      .value(
          "--faults", options.faults,
          [](const std::string& text) { return read_real(text, 0, 0.2, "a share"); }, "SHARE",
          "Share of requests, from 0 to 0.2, that the emulator inside fails in each of five ways: "
          "reset, lost after execution, HTTP 502, HTML, error 10 [0]")
      .add_excluded("--emulator");
}

}  // namespace

command_description bench_description() {
  const auto options = std::make_shared<bench_command>();
  command_description command{"bench",
                              "Run a load against an emulator: throughput, latency, CPU time"};
  command.text("METHOD", options->method, {}, "The method to call [utils.getServerTime]")
      .set_kind(value_kind::method);
  command.texts("PARAMETER", options->arguments, {}, "As for vkxx call")
      .set_kind(value_kind::parameter);
  add_emulator_options(command, *options);
  add_load_options(command, *options);
  add_fault_options(command, *options);
  add_json_option(command, options->json, "Print a JSON object");
  command.file("--plot", options->plot, "Plot the rate over time against the limit, as SVG");
  command.examples({
      "vkxx bench --seconds 30 --latency 20 --plot rate.svg",
      "vkxx bench --kind community --batched",
      "vkxx bench --no-limit --callers 32 --json",
      "vkxx bench users.get user_ids=1 --faults 0.02",
      "vkxx bench --emulator http://127.0.0.1:8080",
  });
  command.notes(
      R"(The load goes to an emulator, never to VK: --emulator is first verified to be one, and the
tokens are its own. `of the limit` is the share of what VK allows: 3 requests a second for a user's or
a service token, 20 for a community's, each with 25 calls if they are batched.

An interruption ends the load and prints the table up to then. The status is 0 if any call succeeded,
else that of the first failure; see vkxx --help.)");
  command.details(
      R"(Runs a load against an emulator and prints a table: requests and calls per second and their share
of VK's limit, error 6, failures, retries, latencies, the time requests waited for the limit, and the
CPU time per call. With --json, times are in milliseconds and CPU time is in microseconds.)");
  command.on_run([options] { return run_bench(*options); });
  return command;
}

}  // namespace vkxx::cli
