/// @file
/// Which token a call is made with.
#pragma once

#include <optional>
#include <string>

#include <vkxx/core/secret.hpp>

namespace vkxx::cli {

/// The token of the flag, else of the file, else of the environment (`VK_ACCESS_TOKEN`); empty if
/// there is none. White space around a token in a file is ignored. Throws `usage_failure` if the
/// file cannot be read or holds no token, or if the flag is empty.
[[nodiscard]] secret choose_token(const std::optional<std::string>& flag,
                                  const std::optional<std::string>& file);

}  // namespace vkxx::cli
