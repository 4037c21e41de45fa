/// @file
/// What the head of a request decides before its body is read. Pure.
#pragma once

#include <optional>

#include "emulator/http/answer.hpp"
#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// An absolute target (`GET http://api.vk.ru/method/…`, as proxies are asked) becomes the path at
/// that host; several slashes at the beginning of a path become one.
void normalize_target(http_message& head);

/// The refusal of a request that cannot be read: a coding of the body that is not decoded here, or
/// `CONNECT`. Nothing: it can be read. The connection ends after a refusal.
[[nodiscard]] std::optional<answer> refused_head(const http_message& head);

}  // namespace vkxx::emulation::detail
