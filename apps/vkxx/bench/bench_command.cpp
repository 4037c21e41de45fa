// `vkxx bench`: a load against an emulator.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/json/value.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cmath>
#include <csignal>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>
#include <vkxx/emulator.hpp>

#include "bench/bench_load.hpp"
#include "bench/bench_report.hpp"
#include "bench/bench_target.hpp"
#include "bench/svg_chart.hpp"
#include "command_line/arguments.hpp"
#include "command_line/usage_failure.hpp"
#include "commands/commands.hpp"
#include "output/file.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "terminal/interruption.hpp"

namespace vkxx::cli {
namespace {

// Opened before the load, so that nobody waits a minute to be told of a folder that is not there.
class picture_file {
 public:
  explicit picture_file(const std::optional<std::string>& path) {
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

token_kind kind_of(const bench_command& what) {
  if (what.kind == "user") return token_kind::user;
  return what.kind == "community" ? token_kind::group : token_kind::service;
}

// As the client paces an app whose size is not known; see docs/limits.md.
double requests_a_second(token_kind kind) {
  return kind == token_kind::group ? 20 : 3;
}

emulator_options options_of(const bench_command& what) {
  const std::chrono::milliseconds latency{what.latency.value_or(0)};
  emulator_options options;
  options.strict_limits(!what.no_limit).latency(latency, latency).record_limit(1);
  if (!what.faults || *what.faults == 0) return options;
  for (const auto* kind : {"reset", "lost", "http_status=502", "html", "error=10"}) {
    options.add_fault(emulation::parse_fault(fmt::format("{}*0,rate={}", kind, *what.faults)));
  }
  return options;
}

bench_target target_of(const emulator& vk) {
  const auto tokens = vk.tokens();
  return {vk.url(), tokens.user, tokens.community, tokens.service};
}

config settings_of(const bench_command& what, const bench_target& target) {
  const auto kind = kind_of(what);
  config settings;
  settings.emulator(target.url).token_kind(kind);
  settings.access_token(kind == token_kind::user    ? target.user
                        : kind == token_kind::group ? target.community
                                                    : target.service);
  if (what.ca_file) settings.ca_file(*what.ca_file);
  if (what.no_limit) settings.limits(limits{}.off());
  // Every call asks the same, and each shall be made.
  if (what.batched) settings.batching(batching{}.join_equal_reads(false));
  return settings;
}

// So many that the limit is used up while answers are under way, with two seconds' worth waiting.
std::size_t callers_of(const bench_command& what, const bench_facts& facts) {
  if (what.callers) return *what.callers;
  const auto limit = facts.call_limit();
  if (!limit) return 32;
  return static_cast<std::size_t>(std::ceil(*limit * (2 + facts.latency_ms / 1e3)));
}

bench_facts facts_of(const bench_command& what) {
  bench_facts facts;
  facts.method = what.method;
  facts.kind = what.kind;
  facts.emulator = what.emulator.value_or("");
  facts.batched = what.batched;
  if (!what.no_limit) facts.limit = requests_a_second(kind_of(what));
  facts.latency_ms = what.latency.value_or(0);
  facts.faults = what.faults.value_or(0);
  facts.callers = callers_of(what, facts);
  return facts;
}

exit_status status_after(const bench_seen& seen, int signal) {
  if (signal != 0) return signal == SIGTERM ? exit_status::terminated : exit_status::interrupted;
  if (seen.answered > 0 || !seen.first_failure) return exit_status::done;
  write_message("vkxx: no call succeeded; the first one: " +
                description_of(*seen.first_failure, token_presence::given));
  return status_of(*seen.first_failure);
}

}  // namespace

exit_status run(const bench_command& what) {
  // Before the signals are caught: while a file or standard input is read, they end the process.
  auto call = make_request(what.method, what.arguments, read_file);
  const interruption stop;
  if (call.access_token()) {
    throw usage_failure{"access_token: the load is made with the emulator's own tokens",
                        bench_help};
  }
  picture_file picture{what.plot};
  auto facts = facts_of(what);
  std::optional<emulator> inside;
  bench_target target;
  if (what.emulator) {
    target = find_emulator(*what.emulator, what.ca_file, stop);
  } else {
    target = target_of(inside.emplace(options_of(what)));
  }
  if (::isatty(STDERR_FILENO) != 0) {
    write_message(fmt::format("vkxx: calling for {:.4g} s; an interruption ends it", what.seconds));
  }
  const bench_load load{std::move(call), facts.callers, what.seconds};
  facts.seen = run_load(load, settings_of(what, target), stop.token());
  write_output(what.json ? printed_value(bench_json(facts), json_layout::pretty)
                         : bench_table(facts));
  if (what.plot) picture.write(to_svg(bench_chart(facts)));
  return status_after(facts.seen, stop.signal());
}

}  // namespace vkxx::cli
