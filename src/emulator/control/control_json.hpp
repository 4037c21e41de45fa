/// @file
/// The texts of the control API. Pure.
#pragma once

#include <boost/json/value.hpp>
#include <string_view>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/emulator/account.hpp>
#include <vkxx/emulator/executed_write.hpp>
#include <vkxx/emulator/fault.hpp>
#include <vkxx/emulator/procedure.hpp>
#include <vkxx/emulator/recorded_request.hpp>

#include "emulator/faults/fault_engine.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// The faults of a request body: a fault as text, or as JSON object, or a JSON array of both.
/// @throws fault_syntax_error
[[nodiscard]] std::vector<fault> read_faults(std::string_view body);
/// The accounts of a request body: a JSON object, or an array of them.
/// @throws std::invalid_argument if they are invalid; `what()` says why.
[[nodiscard]] std::vector<account> read_accounts(std::string_view body);
/// The stored procedures of a request body: a JSON object, or an array of them.
/// @throws std::invalid_argument if they are invalid; `what()` says why.
[[nodiscard]] std::vector<procedure> read_procedures(std::string_view body);
[[nodiscard]] boost::json::value to_json(const active_fault& value);
[[nodiscard]] boost::json::value to_json(const account& value);
[[nodiscard]] boost::json::value to_json(const procedure& value);
[[nodiscard]] boost::json::value to_json(const recorded_request& value, time_point start);
[[nodiscard]] boost::json::value to_json(const executed_write& value, time_point start);
[[nodiscard]] boost::json::value to_json(const world& value);

}  // namespace vkxx::emulation::detail
