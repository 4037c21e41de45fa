/// @file
/// MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), an experimental
/// format of VK's API.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "emulator/http/answer.hpp"
#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

[[nodiscard]] std::string to_message_pack(const boost::json::value& value);
/// By `Accept: application/x-msgpack`, or by the ending `.msgpack` of the method.
[[nodiscard]] bool wants_message_pack(const http_message& message);
/// Converts a JSON answer to MessagePack; other answers are unchanged.
void pack_message(answer& reply);

}  // namespace vkxx::emulation::detail
