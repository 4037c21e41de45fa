// `vkxx all`: a whole list, page by page.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>

#include "arguments.hpp"
#include "caller.hpp"
#include "commands.hpp"
#include "file.hpp"
#include "interruption.hpp"
#include "json_printer.hpp"
#include "list_of_pages.hpp"
#include "output.hpp"
#include "usage_failure.hpp"
#include "walk_state.hpp"

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
void tell_where(const all_command& command, std::size_t printed, const std::string& cursor) {
  if (printed == 0) return;
  const auto got = fmt::format("vkxx: note: {} items were printed; go on with ", printed);
  write_message(got + (command.state.empty()
                           ? "--from " + quoted(cursor)
                           : "the same command, --state " + quoted(command.state)));
}

page_options options_of(const all_command& command, const walk_state& state) {
  page_options options;
  if (command.limit) options.limit(*command.limit);
  if (!command.from.empty()) options.resume(command.from);
  if (!state.cursor().empty()) options.resume(state.cursor());
  return options;
}

void check_places(const all_command& command) {
  if (!command.from.empty() && !command.state.empty()) {
    throw usage_failure{"--from and --state both say where to begin", "vkxx all --help"};
  }
}

// The items of a page that are new, one a line.
std::string lines_of(const page& found) {
  std::string text;
  for (const auto* item : found.items()) text += printed_json(*item, json_layout::compact);
  return text;
}

void warn_of_early_end(const all_command& command, const blocking_page_sequence& pages,
                       std::size_t printed) {
  const auto why = pages.early_end();
  if (why.empty() || (command.limit && printed >= *command.limit)) return;
  write_message("vkxx: warning: the list may not be complete: " + printable(why));
}

}  // namespace

exit_status run(const all_command& command) {
  const interruption stop;
  check_places(command);
  const auto first = make_request(command.method, command.arguments, read_file);
  const auto list = paging_of(command, first);
  walk_state state{command, first};
  if (state.finished()) {
    write_message("vkxx: note: by " + printable(command.state) + " this list has been printed");
    return exit_status::done;
  }
  caller vk{command, first, stop};
  auto pages = vk.pages(first, list, options_of(command, state));
  progress_bar bar;
  std::size_t printed = 0;
  const auto count = [&] {
    if (command.stats) write_message("vkxx: " + to_log_line(vk.seen()));
  };
  for (;;) {
    const auto found = pages.try_next();
    bar.hide();
    if (stop.signal() != 0) {
      count();
      tell_where(command, printed, pages.cursor());
      return stop.signal() == SIGTERM ? exit_status::terminated : exit_status::interrupted;
    }
    if (!found) {
      count();
      const auto status = vk.report(found.error());
      show_hints(command, found.error().api_code());
      tell_where(command, printed, pages.cursor());
      return status;
    }
    if (!*found) break;
    write_output(lines_of(**found));
    printed += (*found)->fresh().size();
    state.save(pages.cursor(), false);
    bar.show(static_cast<std::int64_t>(printed), pages.total());
  }
  count();
  state.save(pages.cursor(), !command.limit || printed < *command.limit);
  warn_of_early_end(command, pages, printed);
  show_hints(command, std::nullopt);
  return exit_status::done;
}

}  // namespace vkxx::cli
