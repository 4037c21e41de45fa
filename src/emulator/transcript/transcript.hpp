/// @file
/// A transcript: who did what, as JSON objects, one a line. Times are relative, ids are names.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

struct transcript {
  std::vector<boost::json::object> lines;
  /// The messages that the lines name: `m1` and so on.
  std::map<std::string, message_place, std::less<>> messages;
};

/// What happened after the event with this number, as far as it is kept.
[[nodiscard]] transcript transcript_since(const world& state, std::uint64_t number);

/// `user 2`, `community 1`
[[nodiscard]] std::string transcript_name(std::int64_t member);
/// The member of such a name; 0: it is none.
[[nodiscard]] std::int64_t transcript_member(std::string_view name) noexcept;
/// The conversation of the name `chat 1`, by the order of all chats; no_conversation: there is
/// none.
[[nodiscard]] conversation_id transcript_chat(const world& state, std::string_view name) noexcept;

/// One JSON object a line.
[[nodiscard]] std::string as_json_lines(const std::vector<boost::json::object>& lines);
/// A test in C++ that replays the lines.
[[nodiscard]] std::string as_cpp_test(const std::vector<boost::json::object>& lines);
/// A test in Python that replays the lines.
[[nodiscard]] std::string as_python_test(const std::vector<boost::json::object>& lines);
/// The objects of a text with one a line; empty lines and those that begin with `#` are left out.
/// @throws std::invalid_argument that names the line
[[nodiscard]] std::vector<boost::json::object> read_json_lines(std::string_view text);

}  // namespace vkxx::emulation::detail
