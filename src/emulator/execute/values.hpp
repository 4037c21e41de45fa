/// @file
/// Operators and built-in methods of VKScript. Pure.
///
/// VK describes the operators in words (https://dev.vk.com/method/execute); where it says nothing,
/// they behave as in JavaScript. NaN and infinity become null. Operations whose cost grows with
/// their operands take the script's meter and throw script_runtime_error if it is exhausted.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/execute/meter.hpp"

namespace vkxx::emulation::detail::script {

[[nodiscard]] bool is_true(const boost::json::value& value, meter& work);
/// A whole number without a point or exponent.
[[nodiscard]] std::string printed(double number);
/// An array is its elements joined by commas.
[[nodiscard]] std::string text_of(const boost::json::value& value, meter& work);
/// `left name right` for all operators except `&&` and `||`. `+` joins arrays and texts, and merges
/// two objects, with the right one's members taking precedence.
[[nodiscard]] boost::json::value combined(std::string_view name, boost::json::value&& left,
                                          const boost::json::value& right, meter& work);
[[nodiscard]] boost::json::value negated(const boost::json::value& value, meter& work);
/// `parseInt` and `parseDouble`: the number at the start of a text, or 0.
[[nodiscard]] boost::json::value parsed(std::string_view name, const boost::json::value& value,
                                        meter& work);
/// A member, or an element by number or name; null if missing.
[[nodiscard]] const boost::json::value* find(const boost::json::value& of, std::string_view name,
                                             meter& work);
[[nodiscard]] const boost::json::value* find(const boost::json::value& of,
                                             const boost::json::value& index, meter& work);
/// `length` of an array in elements, of a text in characters; else null.
[[nodiscard]] boost::json::value length_of(const boost::json::value& of, meter& work);
/// A built-in method of arrays and texts, which may change `of`.
/// @throws script_runtime_error if `of` has no such method
[[nodiscard]] boost::json::value call_method(boost::json::value& of, std::string_view name,
                                             const std::vector<boost::json::value>& arguments,
                                             meter& work);

}  // namespace vkxx::emulation::detail::script
