/// @file
/// A linter for bots: calls that VK accepts and that are likely mistakes. Pure.
#pragma once

#include <boost/json/array.hpp>

#include <vkxx/emulator/recorded_request.hpp>

namespace vkxx::emulation::detail {

/// Adds a finding for each doubtful part of the call: `request`, `method`, `rule`, `text`.
void lint(const recorded_request& call, boost::json::array& findings);

}  // namespace vkxx::emulation::detail
