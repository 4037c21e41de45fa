/// @file
/// The program's own types as JSON text, for what is stored.
#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/fwd.hpp>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <vkxx/client/conversion.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx {

namespace detail {

// Digits that give the same number when they are read; `0` for what is not finite.
[[nodiscard]] std::string number_text(double number);
// `json_text`, with U+FFFD in place of what is not UTF-8.
[[nodiscard]] std::string stored_text(std::string_view text);
[[nodiscard]] result<std::shared_ptr<const boost::json::value>> parsed_stored(
    std::string_view json);
[[nodiscard]] error misfit_of_stored(const std::string& reason);
// The value with those of the members `names` that it does not have, from `defaults`, JSON text of
// a new struct. Null: it is no object, lacks none, or has others: then one may have been renamed.
[[nodiscard]] std::shared_ptr<const boost::json::value> with_new_members(
    const boost::json::value& stored, const std::vector<std::string_view>& names,
    std::string_view defaults);

template <class T>
[[nodiscard]] std::vector<std::string_view> member_names() {
  std::vector<std::string_view> names;
  const auto each = [&names]<template <class...> class List, class... D>(List<D...>) {
    (names.emplace_back(D::name), ...);
  };
  each(boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                boost::describe::mod_inherited>{});
  return names;
}

template <class T>
void append_json(std::string& json, const T& value);

template <class T>
void append_enum(std::string& json, T value) {
  std::string name;
  if constexpr (boost::describe::has_describe_enumerators<T>::value) {
    const auto consider = [&](auto enumerator) {
      if (enumerator.value == value) name = enumerator.name;
    };
    const auto each = [&]<template <class...> class List, class... D>(List<D...>) {
      (consider(D{}), ...);
    };
    each(boost::describe::describe_enumerators<T>{});
  }
  json += name.empty() ? std::to_string(static_cast<std::int64_t>(value)) : json_text(name);
}

template <class T>
void append_map(std::string& json, const T& map) {
  json += '{';
  bool first = true;
  for (const auto& [name, value] : map) {
    if (!first) json += ',';
    first = false;
    using key_type = typename T::key_type;
    if constexpr (std::is_convertible_v<key_type, std::string_view>) {
      json += stored_text(name);
    } else if constexpr (std::is_integral_v<key_type>) {
      json += json_text(std::to_string(name));
    } else {
      json += json_text(std::to_string(name.value()));
    }
    json += ':';
    append_json(json, value);
  }
  json += '}';
}

template <class T>
void append_struct(std::string& json, const T& value) {
  json += '{';
  bool first = true;
  const auto add = [&](std::string_view name, const auto& member) {
    if (!first) json += ',';
    first = false;
    json += json_text(name);
    json += ':';
    append_json(json, member);
  };
  using members = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                           boost::describe::mod_inherited>;
  const auto each = [&]<template <class...> class List, class... D>(List<D...>) {
    (add(D::name, value.*D::pointer), ...);
  };
  each(members{});
  json += '}';
}

template <class T>
void append_list(std::string& json, const T& list) {
  json += '[';
  bool first = true;
  for (const auto& item : list) {
    if (!first) json += ',';
    first = false;
    append_json<std::remove_cvref_t<typename T::value_type>>(json, item);
  }
  json += ']';
}

template <class T>
void append_json(std::string& json, const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    json += value ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    json += std::to_string(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    json += number_text(static_cast<double>(value));
  } else if constexpr (std::is_enum_v<T>) {
    append_enum(json, value);
  } else if constexpr (is_strong_id<T>) {
    json += std::to_string(value.value());
  } else if constexpr (is_optional<T>) {
    if (value) {
      append_json(json, *value);
    } else {
      json += "null";
    }
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    json += stored_text(value);
  } else if constexpr (fillable_map<T>) {
    append_map(json, value);
  } else if constexpr (fillable_list<T> || is_std_array<T>) {
    append_list(json, value);
  } else if constexpr (boost::describe::has_describe_members<T>::value) {
    append_struct(json, value);
  } else {
    static_assert(no_conversion<T>, "describe the type with BOOST_DESCRIBE_STRUCT");
  }
}

}  // namespace detail

/// A value as JSON text: numbers, texts, `std::optional`, lists, maps with texts or numbers as
/// names, described enumerations (by name), described structs. Numbers that are not finite become
/// 0; what is not UTF-8 in a text becomes U+FFFD. Thread safety: safe.
template <class T>
[[nodiscard]] std::string to_stored_json(const T& value) {
  std::string json;
  detail::append_json(json, value);
  return json;
}

/// The reverse. Fails with `errc::unexpected_type` and the place that does not fit. Members that
/// the struct does not have are ignored. Thread safety: safe.
template <class T>
[[nodiscard]] result<T> from_stored_json(std::string_view json) {
  auto tree = detail::parsed_stored(json);
  if (!tree) return tree.error();
  T value{};
  detail::conversion_fault fault;
  if (!detail::convert(detail::json_view{**tree}, value, fault)) {
    return detail::misfit_of_stored(fault.text());
  }
  return value;
}

namespace detail {

// As `from_stored_json`, for a value that a program before this one may have stored: members that
// were added to the struct since have the values of a new one.
template <class T>
[[nodiscard]] result<T> from_grown_json(std::string_view json) {
  auto value = from_stored_json<T>(json);
  if constexpr (boost::describe::has_describe_members<T>::value) {
    if (value) return value;
    const auto tree = parsed_stored(json);
    if (!tree) return value;
    const auto whole = with_new_members(**tree, member_names<T>(), to_stored_json(T{}));
    T grown{};
    conversion_fault fault;
    if (whole && convert(json_view{*whole}, grown, fault)) return grown;
  }
  return value;
}

}  // namespace detail

}  // namespace vkxx
