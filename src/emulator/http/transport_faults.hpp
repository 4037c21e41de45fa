/// @file
/// The faults outside of the API: in transit, or in a server in front of VK's.
#pragma once

#include <string>

#include <vkxx/emulator/fault.hpp>

#include "emulator/faults/fault_engine.hpp"
#include "emulator/http/answer.hpp"

namespace vkxx::emulation::detail {

/// The solution that the page of the domain challenge shows, for `X-Challenge-Solution`.
inline constexpr std::string_view domain_challenge_solution = "emulator-challenge-solved";

/// The query for a fault of an API method, or of another endpoint (`page_name`).
[[nodiscard]] fault_engine::question transport_question(std::string_view method,
                                                        std::string_view token,
                                                        const http_message& message);
/// The query for a fault of an upload server, by its address in faults.
[[nodiscard]] fault_engine::question upload_question(std::string_view address);
/// The name of another endpoint in a fault: its path, with `?act=…` if it has one.
[[nodiscard]] std::string page_name(const http_message& message);

/// Replaces the answer to `message`; false if the request is answered normally.
[[nodiscard]] bool play_before(const fault& rule, const http_message& message, answer& reply);
/// Changes the correct answer.
void play_after(const fault& rule, answer& reply);

}  // namespace vkxx::emulation::detail
