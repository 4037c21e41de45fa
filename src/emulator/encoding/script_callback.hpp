/// @file
/// Answers for pages that load them as scripts (JSONP).
#pragma once

#include <optional>
#include <string>

#include "emulator/http/answer.hpp"
#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// The function to which a page wants the answer of a method passed: `callback` in the address of a
/// GET. Nothing: it wants none, or the text is no name of a function.
[[nodiscard]] std::optional<std::string> wanted_callback(const http_message& message);
/// Makes a script of an answer in JSON, and leaves others as they are.
void pass_to_callback(answer& reply, const std::string& function);

}  // namespace vkxx::emulation::detail
