// `vkxx all`: a whole list, page by page.
#include "options/all_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "command_line/arguments.hpp"
#include "command_line/usage_failure.hpp"
#include "output/file.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "schema/list_of_pages.hpp"
#include "session/caller.hpp"
#include "session/walk_state.hpp"
#include "terminal/interruption.hpp"

namespace vkxx::cli {
namespace {

// A line on the terminal that is redrawn in place.
class progress_bar {
 public:
  progress_bar() : visible_{::isatty(STDERR_FILENO) != 0} {}
  progress_bar(const progress_bar&) = delete;
  progress_bar& operator=(const progress_bar&) = delete;
  ~progress_bar() { hide(); }

  void show(std::int64_t done, std::optional<std::int64_t> total) {
    if (!visible_) return;
    if (!total || *total <= 0) {
      write_prompt(fmt::format("\r{} items", done));
    } else {
      constexpr std::int64_t width = 40;
      const auto filled = static_cast<std::size_t>(
          std::clamp<std::int64_t>(done >= *total ? width : done * width / *total, 0, width));
      write_prompt(fmt::format("\r[{:<{}}] {}/{}", std::string(filled, '#'), width, done, *total));
    }
    shown_ = true;
  }
  void hide() noexcept {
    if (std::exchange(shown_, false)) write_prompt("\r\x1b[K");
  }

 private:
  bool visible_;
  bool shown_ = false;
};

// Quoted as one word for a shell: a cursor holds text from a server.
std::string quoted(const std::string& cursor) {
  std::string text = "'";
  for (const char character : printable(cursor)) {
    text += character == '\'' ? std::string{"'\\''"} : std::string(1, character);
  }
  return text + '\'';
}

// How to get the rest of a list that was printed in part.
void report_place(const all_command& options, std::size_t printed, const std::string& cursor) {
  if (printed == 0) return;
  const auto got = fmt::format("vkxx: note: {} items were printed; go on with ", printed);
  write_message(got + (options.state.empty()
                           ? "--from " + quoted(cursor)
                           : "the same options, --state " + quoted(options.state)));
}

page_options walk_options(const all_command& options, const walk_state& state) {
  page_options walk;
  if (options.limit) walk.limit(*options.limit);
  if (!options.from.empty()) walk.resume(options.from);
  if (!state.cursor().empty()) walk.resume(state.cursor());
  return walk;
}

void check_places(const all_command& options) {
  if (!options.from.empty() && !options.state.empty()) {
    throw usage_failure{"--from and --state both say where to begin", "vkxx all --help"};
  }
}

// The items of a page that are new, one a line.
std::string lines_of(const page& found) {
  std::string text;
  for (const auto& item : found.item_texts()) text += printed_json(item, json_layout::compact);
  return text;
}

void warn_if_incomplete(const blocking_page_sequence& pages) {
  const auto why = pages.incomplete_reason();
  if (!why) return;
  write_message("vkxx: warning: the list may not be complete: " + printable(*why));
}

exit_status run_all(const all_command& options) {
  check_places(options);
  // Before the signals are caught: while a file or standard input is read, they end the process.
  const auto first = make_request(options.method, options.arguments, read_file);
  const interruption stop;
  const auto list = paging_of(options, first);
  walk_state state{options, first};
  if (state.finished()) {
    write_message("vkxx: note: by " + printable(options.state) + " this list has been printed");
    return exit_status::done;
  }
  caller vk{options, first, stop};
  auto pages = vk.pages(first, list, walk_options(options, state));
  progress_bar bar;
  std::size_t printed = 0;
  for (;;) {
    const auto found = pages.try_next();
    bar.hide();
    if (stop.signal() != 0) {
      report_place(options, printed, pages.cursor());
      return status_of_signal(stop.signal());
    }
    if (!found) {
      const auto status = vk.report(found.error());
      show_hints(options, found.error().api_code());
      report_place(options, printed, pages.cursor());
      return status;
    }
    if (!*found) break;
    write_output(lines_of(**found));
    printed += (*found)->fresh().size();
    state.save(pages.cursor(), false);
    vk.learn_token_kind(options.method);
    bar.show(static_cast<std::int64_t>(printed), pages.total());
  }
  // The cursor of a finished list that may be incomplete keeps that for the next run.
  state.save(pages.cursor(), pages.complete() && (!options.limit || printed < *options.limit));
  warn_if_incomplete(pages);
  show_hints(options, std::nullopt);
  return exit_status::done;
}

void add_list_options(command_description& command, all_command& options) {
  command.group("Lists that VK's schema does not have");
  command
      .text("--list", options.list, "PATH",
            "Where the list is in the response, such as items; . is the whole response")
      .set_details(
          "Where the list is in the response of a method that VK's schema does not have, "
          "such as items; `.` is the whole response. Needs --by.");
  command.word("--by", options.by, {{"offset"}, {"start_from"}}, "PARAMETER",
               "The parameter that selects a page: offset or start_from");
  command.text("--identity", options.identity, "MEMBERS",
               "The members that identify an item, such as owner_id,id");
  command.group({});
}

}  // namespace

command_description all_description() {
  const auto options = std::make_shared<all_command>();
  command_description command{"all", "Print a whole list, page by page, one item per line"};
  add_request_arguments(command, *options);
  command.number("--limit", options->limit, {0, 1'000'000'000'000}, "N",
                 "Maximum number of items in this run, from 0");
  command.text("--from", options->from, "CURSOR", "Continue where another run stopped")
      .set_details(
          "Continue where another run stopped: a run that is interrupted or fails prints "
          "the cursor to standard error.");
  command.file("--state", options->state, "Continue where the last run with this file stopped")
      .set_details(
          "Continue where the last run with this file stopped. The file is written after "
          "each page; after a run that was killed at most one page is printed again.");
  add_list_options(command, *options);
  add_call_settings(command, *options);
  command.examples({
      "vkxx all friends.get user_id=1 fields=city",
      "vkxx all wall.get owner_id=-1 count=100 --limit 500 > posts.jsonl",
      "vkxx all wall.get owner_id=-1 count=100 --from 300 >> posts.jsonl",
  });
  command.notes(
      R"(Each line is one item as JSON; no item is printed twice. If the run is interrupted or VK returns
an error, the items received so far have been printed, and a line on standard error gives the --from
to continue with.)");
  command.on_run([options] { return run_all(*options); });
  return command;
}

}  // namespace vkxx::cli
