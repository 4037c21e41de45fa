/// @file
/// JSON from a server that may repeat secrets.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace vkxx::cli {

/// The JSON text with the secrets in its strings redacted: texts that look like tokens, and the
/// values of members and of `{"key":…,"value":…}` pairs with secret names. The rest is unchanged.
/// `strike` removes further secrets from a string; empty: none.
[[nodiscard]] std::string redacted_json(
    std::string_view json, const std::function<std::string(std::string_view)>& strike = {});

}  // namespace vkxx::cli
