/// @file
/// An HTTP request in memory, as the pure parts of the emulator read it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vkxx::emulation::detail {

using name_value = std::pair<std::string, std::string>;

struct http_message {
  std::string method;
  std::string target;  ///< Path and query, as it came.
  std::vector<name_value> headers;
  std::string body;

  /// The first header of this name; letter case does not matter.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const noexcept;
};

}  // namespace vkxx::emulation::detail
