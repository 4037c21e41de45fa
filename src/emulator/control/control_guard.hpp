/// @file
/// Which requests may use the control API.
#pragma once

#include <string>

#include <vkxx/emulator/options.hpp>

#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// Why a request is refused; empty when it may use the control API.
///
/// A web page that a developer happens to read can send requests to 127.0.0.1. It cannot help to
/// show itself: by `Origin` or `Sec-Fetch-Site`, by the `Referer` or the `Accept` of a form in an
/// old browser, or by the name in `Host` when its own name was made to lead here (DNS rebinding).
/// @param options `address()` and `control_hosts()` are names of the emulator's own.
[[nodiscard]] std::string refusal_of_control(const http_message& message,
                                             const emulator_options& options);

}  // namespace vkxx::emulation::detail
