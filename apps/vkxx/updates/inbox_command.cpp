// `vkxx inbox`: the contents of an inbox file, and what becomes of its dead letters.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>
#include <vkxx/core/printable.hpp>
#include <vkxx/dispatch/inbox_update.hpp>
#include <vkxx/state/state_store.hpp>

#include "command_line/numbers.hpp"
#include "command_line/usage_failure.hpp"
#include "options/shared_options.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "updates/inbox_store.hpp"

namespace vkxx::cli {
namespace {

constexpr auto inbox_help = "vkxx inbox --help";
// As long as the dispatcher recognizes an update by default.
constexpr auto remembered = std::chrono::hours{2};

struct inbox_command {
  inbox_place place;
  std::string action;
  std::vector<std::string> rows;
  bool dead = false;
  bool all = false;
  bool json = false;
};

template <class T>
T inbox_outcome(asio::awaitable<result<T>> operation) {
  asio::io_context io;
  auto outcome = asio::co_spawn(io, std::move(operation), asio::use_future);
  io.run();
  return outcome.get().value();
}

void each_row(state_store& store, bool dead, const std::function<void(const inbox_row&)>& use) {
  inbox_query query;
  query.dead = dead;
  for (bool complete = false; !complete;) {
    const auto page = inbox_outcome(store.take(query));
    for (const auto& row : page.rows) use(row);
    complete = page.complete || page.rows.empty();
    if (!page.rows.empty()) query.after = page.rows.back().seq;
  }
}

inbox_row known_row(state_store& store, std::uint64_t seq) {
  for (const bool dead : {true, false}) {
    inbox_query query;
    query.dead = dead;
    query.after = seq - 1;
    query.limit = 1;
    auto page = inbox_outcome(store.take(query));
    if (!page.rows.empty() && page.rows.front().seq == seq) return std::move(page.rows.front());
  }
  throw usage_failure{fmt::format("the inbox has no row {}", seq), inbox_help};
}

boost::json::object json_of(const inbox_row& row) {
  const auto milliseconds = [](wall_time time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
  };
  boost::json::object known{{"seq", row.seq},
                            {"state", to_string(row.state)},
                            {"type", printable(row.type)},
                            {"lane", printable(row.lane)},
                            {"source", printable(row.source)},
                            {"received_ms", milliseconds(row.received)},
                            {"failures", row.failures},
                            {"interruptions", row.interruptions}};
  if (row.due) known["due_ms"] = milliseconds(*row.due);
  if (!row.error.empty()) known["error"] = printable(row.error);
  return known;
}

// One line of JSON, with the update.
std::string exported(const inbox_row& row) {
  auto known = json_of(row);
  if (const auto received = read_inbox_body(row.body)) {
    known["event_key"] = received->event_key;
    boost::system::error_code failure;
    auto parsed = boost::json::parse(received->value.to_json(), failure);
    if (!failure) known["update"] = std::move(parsed);
  }
  return printed_value(known, json_layout::compact);
}

exit_status list_rows(const inbox_command& options, bool whole) {
  const auto store = open_inbox(options.place);
  const auto show = [&](const inbox_row& row) {
    if (whole) return write_output(exported(row));
    if (options.json) return write_output(printed_value(json_of(row), json_layout::compact));
    write_output(fmt::format("{:>8}  {:<8}  {:<24}  {:<28}  {}\n", row.seq, to_string(row.state),
                             printable(row.type), printable(row.lane), printable(row.error)));
  };
  if (!options.dead) each_row(*store, false, show);
  each_row(*store, true, show);
  return exit_status::done;
}

std::vector<std::uint64_t> chosen_rows(const inbox_command& options, state_store& store) {
  std::vector<std::uint64_t> chosen;
  if (options.all) {
    each_row(store, true, [&](const inbox_row& row) { chosen.push_back(row.seq); });
    return chosen;
  }
  for (const auto& text : options.rows) {
    const auto seq = whole_number<std::uint64_t>(text);
    if (!seq || *seq == 0) {
      throw usage_failure{"\"" + printable(text) + "\" is not the number of a row", inbox_help};
    }
    if (std::ranges::find(chosen, *seq) == chosen.end()) chosen.push_back(*seq);
  }
  if (chosen.empty()) throw usage_failure{"name rows by their numbers, or give --all", inbox_help};
  return chosen;
}

exit_status show_rows(const inbox_command& options) {
  const auto store = open_inbox(options.place);
  for (const auto seq : chosen_rows(options, *store)) {
    const auto row = known_row(*store, seq);
    write_output(printed_json(exported(row), json_layout::pretty));
  }
  return exit_status::done;
}

// All of them, or none.
exit_status change_rows(const inbox_command& options) {
  const auto store = open_inbox(options.place);
  const auto chosen = chosen_rows(options, *store);
  state_unit unit;
  for (const auto seq : chosen) {
    const auto row = known_row(*store, seq);
    if (options.action == "retry") {
      if (row.state != inbox_state::dead) {
        throw usage_failure{fmt::format("row {} is no dead letter", seq), inbox_help};
      }
      unit.revive(seq);
    } else {
      unit.finish(seq, std::chrono::system_clock::now() + remembered);
    }
  }
  static_cast<void>(inbox_outcome(store->commit(std::move(unit))));
  write_output(fmt::format("{} {}\n", chosen.size(),
                           options.action == "retry" ? "to be handled again" : "dropped"));
  return exit_status::done;
}

// What would have no meaning may have been meant as something else.
void check_inbox_options(const inbox_command& options) {
  if (!is_in_redis(options.place) &&
      (options.place.prefix != inbox_place{}.prefix || !options.place.ca_file.empty() ||
       !options.place.sentinels.empty())) {
    throw usage_failure{"--prefix, --ca-file and --sentinel are for an inbox in Redis", inbox_help};
  }
  const bool of_all_rows = options.action == "list" || options.action == "export";
  if (of_all_rows && !options.rows.empty()) {
    throw usage_failure{options.action + " takes no numbers of rows; show does", inbox_help};
  }
  if (of_all_rows && options.all) {
    throw usage_failure{"--all is for show, retry and drop; " + options.action +
                            " shows all rows, with --dead the dead letters",
                        inbox_help};
  }
  if (!of_all_rows && options.dead)
    throw usage_failure{"--dead is for list and export", inbox_help};
  if (options.all && !options.rows.empty()) {
    throw usage_failure{"numbers of rows and --all contradict each other: give one of them",
                        inbox_help};
  }
}

exit_status run_inbox(const inbox_command& options) {
  check_inbox_options(options);
  if (options.action == "list") return list_rows(options, false);
  if (options.action == "export") return list_rows(options, true);
  if (options.action == "show") return show_rows(options);
  return change_rows(options);
}

}  // namespace

command_description inbox_description() {
  const auto options = std::make_shared<inbox_command>();
  command_description command{"inbox", "Show and repair the inbox of a bot"};
  command
      .file("FILE", options->place.file,
            "The file of vkxx::sqlite_state, or the URL of a Redis: redis://, rediss:// or unix://")
      .set_required();
  command
      .word("ACTION", options->action,
            {{"list", "The rows, one a line"},
             {"show", "Rows with their updates"},
             {"retry", "Dead letters are handled again"},
             {"drop", "Rows are removed"},
             {"export", "All rows with their updates, as JSON lines"}},
            {}, "What to do")
      .set_required();
  command.texts("SEQ", options->rows, {}, "Numbers of rows, for show, retry and drop");
  command.flag("--dead", options->dead, "Only dead letters, for list and export");
  command.flag("--all", options->all, "All dead letters, for show, retry and drop");
  add_json_option(command, options->json, "Print JSON lines, for list");
  command.text("--prefix", options->place.prefix, "TEXT", "The prefix of the keys in Redis");
  command.file("--ca-file", options->place.ca_file,
               "The authorities that may sign the certificate of Redis");
  command.texts(
      "--sentinel", options->place.sentinels, "URL",
      "A sentinel, redis://[[user]:password@]host[:port]; may be repeated. The host of the "
      "URL of Redis is then the name of the primary server");
  command.examples({
      "vkxx inbox bot.db list --dead",
      "vkxx inbox bot.db show 17",
      "vkxx inbox bot.db retry --all",
      "vkxx inbox bot.db export | jq -r .update.type",
      "vkxx inbox redis://127.0.0.1 list --dead",
      "vkxx inbox redis://mymaster list --sentinel redis://10.0.0.1 --sentinel redis://10.0.0.2",
  });
  command.notes(
      "The program that uses a file must not run meanwhile. What is retried is handled after its "
      "next "
      "start. Programs that share an inbox in Redis may run: they handle at once what is retried.");
  command.details(
      "Shows the updates that a program has received and not yet handled, and those that it has "
      "given up (dead letters).");
  command.on_run([options] { return run_inbox(*options); });
  return command;
}

}  // namespace vkxx::cli
