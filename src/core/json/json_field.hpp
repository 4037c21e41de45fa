// Tolerant reading of single fields: VK's numbers come as strings at times, and the reverse.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::detail {

// The text of a string, number or bool; nothing for null, lists and objects.
[[nodiscard]] std::optional<std::string> text_of(const boost::json::value& value);
// An integer, also from a string of digits or a double without a fraction.
[[nodiscard]] std::optional<std::int64_t> integer_of(const boost::json::value& value);
// A number, also from a string.
[[nodiscard]] std::optional<double> number_of(const boost::json::value& value);
// true and false, also as 1 and 0.
[[nodiscard]] std::optional<bool> boolean_of(const boost::json::value& value);

// The same for a field of an object; nothing if it is not there.
[[nodiscard]] std::optional<std::string> text_field(const boost::json::object& object,
                                                    std::string_view name);
/// Empty if there is no such text.
[[nodiscard]] std::string text_or_empty(const boost::json::object& object, std::string_view name);
[[nodiscard]] std::optional<std::int64_t> integer_field(const boost::json::object& object,
                                                        std::string_view name);
[[nodiscard]] std::optional<double> number_field(const boost::json::object& object,
                                                 std::string_view name);
[[nodiscard]] std::optional<bool> boolean_field(const boost::json::object& object,
                                                std::string_view name);

}  // namespace vkxx::detail
