/// @file
/// The encoding of C++ values as parameters of VK.
///
/// | C++ | on the wire |
/// |---|---|
/// | integers, enumerations | decimal |
/// | floating point | decimal with a point, never an exponent |
/// | `bool` | `1` or `0` |
/// | strings, `char` | UTF-8 as it is |
/// | a range of those | joined by commas; empty optionals inside are left out |
/// | `boost::json` object, a range of objects | JSON text |
/// | `boost::json` array of scalars | joined by commas |
/// | `std::nullopt`, `nullptr`, an empty optional, JSON null | left out |
/// | a type with `vk_parameter(const T&)` found by argument-dependent look-up | what that returns |
///
/// Source: VK's documentation of API requests.
#pragma once

#include <boost/json/fwd.hpp>
#include <concepts>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx {

/// The text of a value as it is sent, or why it cannot be sent.
struct parameter_text {
  /// Nothing: the parameter is left out.
  std::optional<std::string> text;
  /// An error with `errc::invalid_argument` if the value cannot be sent (a NaN, for example).
  result<void> status;
  /// The text is JSON; a list of such values is a JSON array.
  bool json = false;
};

namespace detail {

[[nodiscard]] std::string text_of_integer(std::int64_t value);
[[nodiscard]] std::string text_of_integer(std::uint64_t value);
[[nodiscard]] parameter_text text_of_floating(double value);
[[nodiscard]] parameter_text text_of_floating(float value);
[[nodiscard]] parameter_text text_of_string(std::string_view value);
[[nodiscard]] parameter_text text_of_json(const boost::json::value& value);
[[nodiscard]] parameter_text text_of_json(const boost::json::object& value);
[[nodiscard]] parameter_text text_of_json(const boost::json::array& value);
/// The elements joined by commas, without those that have no text; as a JSON array if one is a JSON
/// object, or if `objects`.
[[nodiscard]] parameter_text joined(std::vector<parameter_text> parts, bool objects);

template <class T>
concept json_value = std::same_as<T, boost::json::value> || std::same_as<T, boost::json::object> ||
    std::same_as<T, boost::json::array>;

template <class T>
concept has_vk_parameter = requires(const T& value) {
  { vk_parameter(value) } -> std::convertible_to<std::string>;
};

template <class T>
concept optional_like = requires(const T& value) {
  { value.has_value() } -> std::same_as<bool>;
  *value;
};

template <class T>
concept null_like = std::same_as<T, std::nullopt_t> || std::same_as<T, std::nullptr_t>;

template <class T>
concept map_like = requires {
  typename T::mapped_type;
};

template <class T>
concept wide_character = std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

template <class>
inline constexpr bool always_false = false;

}  // namespace detail

template <class T>
[[nodiscard]] parameter_text to_parameter(const T& value);

namespace detail {

template <class Range>
parameter_text text_of_range(const Range& range) {
  using element = std::remove_cvref_t<std::ranges::range_reference_t<const Range>>;
  std::vector<parameter_text> parts;
  for (const auto& item : range) parts.push_back(to_parameter(static_cast<const element&>(item)));
  return joined(std::move(parts), std::same_as<element, boost::json::object>);
}

}  // namespace detail

/// The text of `value` as VK reads it; see the table of this file. Throws nothing but
/// `std::bad_alloc`: a value that cannot be sent is reported by `parameter_text::status`.
template <class T>
parameter_text to_parameter(const T& value) {
  if constexpr (detail::null_like<T>) {
    return {};
  } else if constexpr (detail::has_vk_parameter<T>) {
    return detail::text_of_string(std::string{vk_parameter(value)});
  } else if constexpr (detail::json_value<T>) {
    return detail::text_of_json(value);
  } else if constexpr (std::same_as<T, bool>) {
    return {std::string{value ? "1" : "0"}, {}};
  } else if constexpr (detail::wide_character<T>) {
    static_assert(detail::always_false<T>,
                  "texts are sent as UTF-8 in char: convert this character type first");
  } else if constexpr (std::same_as<T, char>) {
    return detail::text_of_string(std::string_view{&value, 1});
  } else if constexpr (std::same_as<T, secret>) {
    return detail::text_of_string(value.expose());
  } else if constexpr (std::is_enum_v<T>) {
    return to_parameter(static_cast<std::underlying_type_t<T>>(value));
  } else if constexpr (std::signed_integral<T>) {
    return {detail::text_of_integer(static_cast<std::int64_t>(value)), {}};
  } else if constexpr (std::unsigned_integral<T>) {
    return {detail::text_of_integer(static_cast<std::uint64_t>(value)), {}};
  } else if constexpr (std::floating_point<T>) {
    // The digits of a float: 0.1, not 0.10000000149011612.
    using number = std::conditional_t<std::same_as<T, float>, float, double>;
    return detail::text_of_floating(static_cast<number>(value));
  } else if constexpr (std::is_pointer_v<std::decay_t<T>> &&
                       std::convertible_to<const T&, const char*>) {
    const char* text = value;
    if (text == nullptr) return {};
    return detail::text_of_string(text);
  } else if constexpr (detail::optional_like<T>) {
    if (!value.has_value()) return {};
    return to_parameter(*value);
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    return detail::text_of_string(std::string_view{value});
  } else if constexpr (detail::map_like<T>) {
    static_assert(detail::always_false<T>,
                  "a map has no single form on the wire: pass a boost::json::object to send it as "
                  "JSON");
  } else if constexpr (std::ranges::input_range<const T>) {
    static_assert(
        !std::ranges::range<std::ranges::range_reference_t<const T>> ||
            std::convertible_to<std::ranges::range_reference_t<const T>, std::string_view> ||
            detail::json_value<std::remove_cvref_t<std::ranges::range_reference_t<const T>>>,
        "a list of lists has no form on the wire: pass a boost::json::array");
    return detail::text_of_range(value);
  } else {
    static_assert(detail::always_false<T>,
                  "this type has no form on the wire: give it a function "
                  "`std::string vk_parameter(const T&)` in its own namespace");
  }
}

}  // namespace vkxx
