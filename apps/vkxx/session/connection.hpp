/// @file
/// The connection to VK that the options describe.
#pragma once

#include <memory>

#include <vkxx/client/config.hpp>

#include "options/shared_options.hpp"
#include "terminal/wait_notice.hpp"

namespace vkxx::cli {

/// A client configuration with the endpoints, proxy, certificate authorities and timeouts of
/// `options`, which logs to standard error: warnings, or everything with `--verbose`. Without an
/// option, `VK_EMULATOR_URL` and the proxy variables apply. `watch` may be null; otherwise it
/// receives every attempt. Throws `usage_failure`.
[[nodiscard]] config connection_config(const connection_options& options,
                                       const std::shared_ptr<wait_watch>& watch = nullptr);

}  // namespace vkxx::cli
