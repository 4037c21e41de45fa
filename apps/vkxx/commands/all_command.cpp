// `vkxx all`: a whole list, page by page.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>

#include "command_line/arguments.hpp"
#include "command_line/usage_failure.hpp"
#include "commands/commands.hpp"
#include "output/exact_items.hpp"
#include "output/file.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "schema/list_of_pages.hpp"
#include "session/caller.hpp"
#include "session/walk_state.hpp"
#include "terminal/interruption.hpp"

namespace vkxx::cli {
namespace {

// A line on a terminal that is drawn over again.
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

// As one word of a shell: VK's cursors are texts of a server.
std::string quoted(const std::string& cursor) {
  std::string text = "'";
  for (const char character : printable(cursor)) {
    text += character == '\'' ? std::string{"'\\''"} : std::string(1, character);
  }
  return text + '\'';
}

// How to get the rest, for somebody who has got a part.
void tell_where(const all_command& options, std::size_t printed, const std::string& cursor) {
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
std::string lines_of(const page& found, std::string_view list) {
  const auto items = exact_items(found.answer(), list);
  std::string text;
  for (const auto at : found.fresh()) text += printed_json(items.at(at), json_layout::compact);
  return text;
}

void warn_of_early_end(const all_command& options, const blocking_page_sequence& pages,
                       std::size_t printed) {
  const auto why = pages.early_end();
  if (why.empty() || (options.limit && printed >= *options.limit)) return;
  write_message("vkxx: warning: the list may not be complete: " + printable(why));
}

}  // namespace

exit_status run(const all_command& options) {
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
      tell_where(options, printed, pages.cursor());
      return stop.signal() == SIGTERM ? exit_status::terminated : exit_status::interrupted;
    }
    if (!found) {
      const auto status = vk.report(found.error());
      show_hints(options, found.error().api_code());
      tell_where(options, printed, pages.cursor());
      return status;
    }
    if (!*found) break;
    write_output(lines_of(**found, list.items));
    printed += (*found)->fresh().size();
    state.save(pages.cursor(), false);
    vk.learn_token_kind(options.method);
    bar.show(static_cast<std::int64_t>(printed), pages.total());
  }
  state.save(pages.cursor(), !options.limit || printed < *options.limit);
  warn_of_early_end(options, pages, printed);
  show_hints(options, std::nullopt);
  return exit_status::done;
}

}  // namespace vkxx::cli
