/// @file
/// The way to VK that the options describe.
#pragma once

#include <vkxx/client/config.hpp>

#include "commands.hpp"

namespace vkxx::cli {

/// A client's settings with the endpoints, proxy, authorities and times of `what`, and with a log
/// on standard error: warnings, or with `--verbose` everything.
[[nodiscard]] config way_settings(const way_options& what);

}  // namespace vkxx::cli
