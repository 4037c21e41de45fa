// `vkxx all`: a whole list, page by page.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <utility>
#include <vkxx/schema_tables/schema_tables.hpp>

#include "arguments.hpp"
#include "caller.hpp"
#include "commands.hpp"
#include "exact_items.hpp"
#include "file.hpp"
#include "interruption.hpp"
#include "json_printer.hpp"
#include "list_of_pages.hpp"
#include "method_names.hpp"
#include "output.hpp"
#include "spelling.hpp"
#include "usage_failure.hpp"

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

schema_tables::method method_of(const std::string& name) {
  if (const auto found = schema_tables::find_method(name)) return *found;
  const auto similar = similar_methods(name);
  throw usage_failure{
      fmt::format("VK's schema {} has no method {}, so that it is not known how it gives pages{}",
                  schema_tables::api_version(), name,
                  similar.empty() ? "" : "; " + did_you_mean(similar)),
      "vkxx methods"};
}

// As one word of a shell: VK's cursors are texts of a server.
std::string quoted(const std::string& cursor) {
  std::string text = "'";
  for (const char character : printable(cursor)) {
    text += character == '\'' ? std::string{"'\\''"} : std::string(1, character);
  }
  return text + '\'';
}

// How to get the rest, for somebody who has got a part.
void tell_where(std::size_t printed, const std::string& cursor) {
  if (printed == 0) return;
  const auto got = fmt::format("vkxx: note: {} items were printed", printed);
  write_message(cursor.empty() ? got
                               : fmt::format("{}; go on with --from {}", got, quoted(cursor)));
}

page_options options_of(const all_command& what) {
  page_options options;
  if (what.limit) options.limit(*what.limit);
  return options;
}

}  // namespace

exit_status run(const all_command& what) {
  // Before the signals are caught: while a file or standard input is read, they end the process.
  auto first = make_request(what.method, what.arguments, read_file);
  const interruption stop;
  const auto how = paging_of(method_of(what.method), first);
  if (!how) {
    throw usage_failure{
        fmt::format("{} does not give its answer page by page; use vkxx call", what.method),
        "vkxx all --help"};
  }
  list_place place{*how, first, what.from};
  caller vk{what, first, stop};
  auto pages = vk.pages(first, *how, options_of(what));
  progress_bar bar;
  std::size_t printed = 0;
  for (;;) {
    const auto found = pages.try_next();
    bar.hide();
    if (stop.signal() != 0) {
      tell_where(printed, place.text());
      return stop.signal() == SIGTERM ? exit_status::terminated : exit_status::interrupted;
    }
    if (!found) {
      const auto status = vk.report(found.error());
      show_hints(what, found.error().api_code());
      tell_where(printed, place.text());
      return status;
    }
    if (!*found) break;
    const auto& response = (*found)->answer().json();
    const auto& fresh = (*found)->fresh();
    const auto& items = list_in(response, *how);
    std::string text;
    const auto texts = exact_items((*found)->answer(), items);
    for (const auto at : fresh) text += printed_json(texts.at(at), json_layout::compact);
    write_output(text);
    printed += fresh.size();
    place.step(response, fresh.size());
    bar.show(static_cast<std::int64_t>(printed), pages.total());
  }
  bar.hide();
  show_hints(what, std::nullopt);
  return exit_status::done;
}

}  // namespace vkxx::cli
