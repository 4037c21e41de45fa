/// @file
/// Faults as texts and as JSON, and the ranges of their numbers.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include <vkxx/emulator/fault.hpp>

namespace vkxx::emulation::detail {

/// @throws fault_syntax_error
[[nodiscard]] fault_kind parse_fault_kind(std::string_view name);
/// Sets a property from a text; the names are those of the setters.
/// @throws fault_syntax_error
void set_property(fault& value, std::string_view name, std::string_view text);
/// Reads `{"kind": "captcha", "value": 1, "method": "users.get", "count": 2, …}`.
/// @throws fault_syntax_error
[[nodiscard]] fault fault_from_json(const boost::json::object& description);
/// @throws fault_syntax_error if the kind lacks its argument or a number is out of range.
void check_fault(const fault& value);

}  // namespace vkxx::emulation::detail
