/// @file
/// What was probably mistyped in a call.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <vkxx/core/api_errc.hpp>

namespace vkxx::cli {

/// Lines for a person, without breaks, about a call that was made: names that VK's schema does not
/// have. A call is never held back for them, since VK may know more than the schema; they are
/// guesses where a known name is near, or where VK's error speaks for it.
///
/// `parameters`: their names. `failure`: the error with which VK refused; nothing: it did not.
[[nodiscard]] std::vector<std::string> call_hints(const std::string& method,
                                                  const std::vector<std::string>& parameters,
                                                  std::optional<api_errc> failure);

}  // namespace vkxx::cli
