/// @file
/// What the control API answers with.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>

#include "emulator/http/answer.hpp"

namespace vkxx::emulation::detail {

[[nodiscard]] answer control_reply(const boost::json::value& body, unsigned status = 200);
/// `{"error": "…"}`
[[nodiscard]] answer complaint(unsigned status, std::string_view why);
/// `{"ok": true}`
[[nodiscard]] answer done();

}  // namespace vkxx::emulation::detail
