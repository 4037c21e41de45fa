#include "terminal/transfer_bar.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "output/output.hpp"

namespace vkxx::cli {
namespace {

constexpr std::size_t bar_cells = 20;
constexpr std::size_t longest_name = 24;
constexpr std::size_t usual_columns = 80;
constexpr auto shortest_pause = std::chrono::milliseconds{100};
constexpr auto erase_line = "\r\x1b[K";

std::string size_text(double bytes) {
  if (bytes < 1e3) return fmt::format("{:.0f} B", bytes);
  if (bytes < 1e6) return fmt::format("{:.0f} kB", bytes / 1e3);
  if (bytes < 1e9) return fmt::format("{:.1f} MB", bytes / 1e6);
  return fmt::format("{:.2f} GB", bytes / 1e9);
}

std::string time_text(double seconds) {
  if (seconds < 60) return fmt::format("{:.0f} s", seconds);
  if (seconds < 3600) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::size_t columns_of_terminal() {
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : usual_columns;
}

// The first characters of a text in UTF-8.
std::string shortened(const std::string& text, std::size_t characters) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) continue;
    if (count++ == characters) return text.substr(0, at);
  }
  return text;
}

}  // namespace

std::string transfer_text(const std::string& name, std::uint64_t done, std::uint64_t total,
                          std::chrono::duration<double> spent, std::size_t columns) {
  const auto share = total == 0 ? 0.0 : static_cast<double>(done) / static_cast<double>(total);
  const auto filled = std::min(bar_cells, static_cast<std::size_t>(share * bar_cells));
  auto text =
      fmt::format("{} {:3.0f}% [{}{}] {} of {}", shortened(printable(name), longest_name),
                  share * 100, std::string(filled, '#'), std::string(bar_cells - filled, ' '),
                  size_text(static_cast<double>(done)), size_text(static_cast<double>(total)));
  if (spent.count() > 0.5 && done > 0) {
    const auto speed = static_cast<double>(done) / spent.count();
    text += fmt::format(", {}/s", size_text(speed));
    if (done < total)
      text += fmt::format(", {} left", time_text(static_cast<double>(total - done) / speed));
  }
  // A full last column would begin another line.
  return shortened(text, columns > 0 ? columns - 1 : 0);
}

transfer_bar::transfer_bar(std::string name)
    : name_{std::move(name)},
      on_terminal_{::isatty(STDERR_FILENO) != 0},
      begun_{std::chrono::steady_clock::now()} {}

transfer_bar::~transfer_bar() {
  clear();
}

void transfer_bar::show(std::uint64_t done, std::uint64_t total) {
  if (!on_terminal_) return;
  const std::lock_guard lock{mutex_};
  const auto now = std::chrono::steady_clock::now();
  if (drawn_ && now - last_ < shortest_pause && done != total) return;
  last_ = now;
  drawn_ = true;
  write_prompt(erase_line + transfer_text(name_, done, total, now - begun_, columns_of_terminal()));
}

void transfer_bar::clear() {
  const std::lock_guard lock{mutex_};
  if (drawn_) write_prompt(erase_line);
  drawn_ = false;
}

}  // namespace vkxx::cli
