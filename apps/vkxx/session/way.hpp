/// @file
/// The way to VK that the options describe.
#pragma once

#include <memory>

#include <vkxx/client/config.hpp>

#include "commands/commands.hpp"
#include "terminal/wait_notice.hpp"

namespace vkxx::cli {

/// A client's settings with the endpoints, proxy, authorities and times of `what`, and with a log
/// on standard error: warnings, or with `--verbose` everything. `VK_EMULATOR_URL` and the variables
/// for proxies are read where no option says otherwise. `watch`, if any, hears of every attempt.
/// Throws `usage_failure`.
[[nodiscard]] config way_settings(const way_options& what,
                                  const std::shared_ptr<wait_watch>& watch = nullptr);

}  // namespace vkxx::cli
