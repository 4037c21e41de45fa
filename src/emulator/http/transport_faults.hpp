/// @file
/// The faults that happen outside the API: on the way, or in a machine before VK's own.
#pragma once

#include <string>

#include <vkxx/emulator/fault.hpp>

#include "emulator/faults/fault_engine.hpp"
#include "emulator/http/answer.hpp"

namespace vkxx::emulation {

/// What the page of the domain challenge gives; the header `X-Challenge-Solution` carries it back.
inline constexpr std::string_view domain_challenge_solution = "emulator-challenge-solved";

/// Asks for a fault of this kind for an API method, or for another address (`page_name`).
[[nodiscard]] fault_engine::question transport_question(std::string_view method,
                                                        std::string_view token,
                                                        const http_message& message);
/// How a fault names an address that is not an API method's: its path, with `?act=…` if it has one.
[[nodiscard]] std::string page_name(const http_message& message);

/// What comes instead of the answer to `message`; false when the request is answered all the same.
[[nodiscard]] bool play_before(const fault& what, const http_message& message, answer& reply);
/// What becomes of the right answer.
void play_after(const fault& what, answer& reply);

}  // namespace vkxx::emulation
