/// @file
/// Lines of user long poll as arrays: a table of line kind and version.
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <optional>

#include "emulator/transports/users/user_line.hpp"

namespace vkxx::emulation::detail {

/// How a reader wants its lines.
struct line_format {
  std::int64_t member = 0;
  std::int64_t version = 3;
  std::int64_t mode = 0;
  bool shortened = false;  ///< As the history shows messages.

  [[nodiscard]] bool has(std::int64_t bit) const noexcept { return (mode & bit) != 0; }
  /// From this version on messages are named by their cmid.
  [[nodiscard]] bool by_cmid() const noexcept { return version >= 19; }
  /// In these versions messages have a subject, and one object in place of two. 0 is also a poll
  /// that names no version, and gets what the documentation describes.
  [[nodiscard]] bool has_subject() const noexcept { return version == 1 || version == 2; }
};

/// Nothing: the version or the mode has no such event.
[[nodiscard]] std::optional<boost::json::array> render_line(const world& state,
                                                            const user_line& line,
                                                            const line_format& format);

/// The events of messages, 4 and 5, 10004 and 10005.
[[nodiscard]] boost::json::array message_line(const world& state, const world_event& event,
                                              std::int64_t code, const line_format& format);
/// Event 601.
[[nodiscard]] std::optional<boost::json::array> reaction_line(const world& state,
                                                              const world_event& event,
                                                              const line_format& format);
/// `&`, `<`, `>` and `"` as HTML, line breaks as `<br>`.
[[nodiscard]] std::string escaped_line_text(std::string_view text);

}  // namespace vkxx::emulation::detail
