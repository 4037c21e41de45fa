/// @file
/// Which requests may use the control API.
#pragma once

#include <optional>
#include <string>

#include <vkxx/emulator/options.hpp>

#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// Why a request is refused, in words for its sender; nothing: it may use the control API.
///
/// Any web page in a developer's browser can send requests to 127.0.0.1. It is recognized by
/// `Origin` or `Sec-Fetch-Site`, by the `Referer` or the `Accept` of a form in an old browser, or
/// by the name in `Host` after DNS rebinding. The console has the origin of the emulator; what it
/// changes needs a JSON body or the header `X-Vkxx-Control`, which no form can send.
/// @param options `address()` and `control_hosts()` are names of the emulator's own.
[[nodiscard]] std::optional<std::string> refusal_of_control(const http_message& message,
                                                            const emulator_options& options);

}  // namespace vkxx::emulation::detail
