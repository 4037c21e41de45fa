/// @file
/// An HTTP request as bytes in memory: what the pure parts of the emulator read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vkxx::emulation {

using name_value = std::pair<std::string, std::string>;

struct http_message {
  std::string method;
  std::string target;  ///< Path and query, as it came.
  std::vector<name_value> headers;
  std::string body;

  /// The first header of this name; letter case does not matter.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// Whether two ASCII texts are the same but for letter case.
[[nodiscard]] bool same_ignoring_case(std::string_view left, std::string_view right) noexcept;
/// ASCII letters made small.
[[nodiscard]] std::string lower_case(std::string_view text);
/// Without spaces and tabs at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

}  // namespace vkxx::emulation
