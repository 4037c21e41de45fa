/// @file
/// Where log lines go: a sink that the program supplies; silence by default.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace vkxx {

/// How much a line of the log matters, the least first.
enum class log_level { debug, info, warning, error };

/// The name of the level: `debug`, `info`, `warning`, `error`.
[[nodiscard]] std::string_view to_string(log_level level) noexcept;

/// One line. `text` is a whole sentence or a list of `name=value` pairs, without a line break and
/// without secrets: only the fields of an allow-list are ever written.
struct log_line {
  log_level level;   ///< how much it matters
  std::string text;  ///< without a line break at the end
};

/// Called for each line, from any thread, possibly at the same time from several; must not throw
/// (an exception is swallowed) and should not block.
using log_sink = std::function<void(const log_line&)>;

/// A sink together with the lowest level that it wants; does nothing without a sink.
///
/// Thread safety: safe to share.
class logger {
 public:
  logger() = default;
  /// Hands `sink` the lines from `lowest` on; an empty sink: none.
  logger(log_sink sink, log_level lowest);

  /// Whether a line of this level would reach the sink: worth being put together.
  [[nodiscard]] bool wants(log_level level) const noexcept;
  /// Hands the line to the sink. Line breaks in `text` become spaces.
  void write(log_level level, std::string text) const noexcept;

 private:
  log_sink sink_;
  log_level lowest_ = log_level::info;
};

}  // namespace vkxx
