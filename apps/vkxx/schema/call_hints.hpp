/// @file
/// Names in a call that are probably mistyped.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <vkxx/core/api_errc.hpp>

namespace vkxx::cli {

/// Hints about a finished call, one line each without its line break: names that VK's schema does
/// not have, where a known name is similar or VK's error suggests a mistake. Calls are never
/// refused for them: VK may know more than the schema.
///
/// `parameters`: their names. `failure`: the error that VK returned, if any.
[[nodiscard]] std::vector<std::string> call_hints(const std::string& method,
                                                  const std::vector<std::string>& parameters,
                                                  std::optional<api_errc> failure);

}  // namespace vkxx::cli
