/// @file
/// JSON of a server that may repeat secrets.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace vkxx::cli {

/// The JSON text with the secrets in its strings redacted: what looks like a token, the
/// values of members and of `{"key":…,"value":…}` pairs whose names are secret ones. The rest is
/// unchanged.
/// `strike` takes out of a string what else must not be shown; empty: nothing.
[[nodiscard]] std::string redacted_json(
    std::string_view json, const std::function<std::string(std::string_view)>& strike = {});

}  // namespace vkxx::cli
