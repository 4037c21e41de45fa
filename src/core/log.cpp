#include <vkxx/core/log.hpp>

#include <algorithm>
#include <utility>

namespace vkxx {

std::string_view to_string(log_level level) noexcept {
  switch (level) {
    case log_level::debug:
      return "debug";
    case log_level::info:
      return "info";
    case log_level::warning:
      return "warning";
    case log_level::error:
      return "error";
  }
  return "unknown";
}

logger::logger(log_sink sink, log_level lowest) : sink_{std::move(sink)}, lowest_{lowest} {}

bool logger::wants(log_level level) const noexcept {
  return sink_ != nullptr && level >= lowest_;
}

void logger::write(log_level level, std::string text) const noexcept {
  if (!wants(level)) return;
  // One line each: a server's text must not be able to forge a second line.
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  try {
    sink_(log_line{level, std::move(text)});
  } catch (...) {  // NOLINT(bugprone-empty-catch)
    // A sink that fails must not fail the call it reports on.
  }
}

}  // namespace vkxx
