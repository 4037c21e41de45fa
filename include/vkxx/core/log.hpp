/// @file
/// Logging to a sink that the program supplies; silent by default.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace vkxx {

/// The level of a log line, lowest first.
enum class log_level { debug, info, warning, error };

/// The name of the level: `debug`, `info`, `warning`, `error`.
[[nodiscard]] std::string_view to_string(log_level level) noexcept;

/// One line. `text` is a whole sentence or a list of `name=value` pairs, without a line break and
/// without secrets: only the fields of an allow-list are ever written.
struct log_line {
  log_level level;   ///< the level
  std::string text;  ///< without a line break at the end
};

/// Called for each line, from any thread, possibly at the same time from several; must not throw
/// (an exception is swallowed) and should not block.
using log_sink = std::function<void(const log_line&)>;

/// A sink with its lowest level; does nothing without a sink.
///
/// Thread safety: safe to share.
class logger {
 public:
  logger() = default;
  /// Passes lines of at least level `lowest` to `sink`; an empty sink: none.
  logger(log_sink sink, log_level lowest);

  /// Whether a line of this level reaches the sink, so that it is worth composing.
  [[nodiscard]] bool wants(log_level level) const noexcept;
  /// Passes the line to the sink. Line breaks in `text` become spaces.
  void write(log_level level, std::string text) const noexcept;

 private:
  log_sink sink_;
  log_level lowest_ = log_level::info;
};

}  // namespace vkxx
