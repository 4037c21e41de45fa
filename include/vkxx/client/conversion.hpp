/// @file
/// The implementation of `reply::as`, which converts JSON to the program's own types.
#pragma once

#include <array>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/json/fwd.hpp>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <vkxx/core/ids.hpp>

namespace vkxx::detail {

// A view of a JSON value that tolerates VK's loose types.
class json_view {
 public:
  explicit json_view(const boost::json::value& value) noexcept : value_{&value} {}

  [[nodiscard]] const boost::json::value& value() const noexcept { return *value_; }
  [[nodiscard]] bool is_null() const noexcept;
  [[nodiscard]] bool is_list() const noexcept;
  [[nodiscard]] bool is_object() const noexcept;
  // VK's forms of an empty list or object: null, false, `[]`.
  [[nodiscard]] bool is_nothing() const noexcept;
  // The number of items or members; 0 for other kinds.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] json_view item(std::size_t index) const noexcept;
  [[nodiscard]] std::pair<std::string_view, json_view> member(std::size_t index) const noexcept;
  [[nodiscard]] std::optional<json_view> member(std::string_view name) const noexcept;

  // Also numbers as texts, whole numbers as doubles, booleans as 0 and 1, and the reverse.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  [[nodiscard]] std::optional<std::uint64_t> large_integer() const;  // of the upper half
  [[nodiscard]] std::optional<double> number() const;
  [[nodiscard]] std::optional<bool> boolean() const;
  [[nodiscard]] std::optional<std::string_view> text() const noexcept;  // texts alone

  // For errors: `5`, `a list`, `the text "abc"`.
  [[nodiscard]] std::string description() const;

 private:
  const boost::json::value* value_;
};

// Where and why a value does not fit. The path is assembled only while a failure returns, so that a
// value that fits costs nothing.
struct conversion_fault {
  std::string path;
  std::string reason;

  bool expected(std::string_view wanted, json_view found);
  bool at_index(std::size_t index);
  bool at_name(std::string_view name);
  [[nodiscard]] std::string text() const;
};

// The key of a map, from the name of a member.
[[nodiscard]] std::optional<std::int64_t> integer_key(std::string_view name) noexcept;

template <class T>
concept has_tag_invoke = requires(const boost::json::value& value) {
  { tag_invoke(boost::json::value_to_tag<T>{}, value) } -> std::convertible_to<T>;
};

template <class T>
inline constexpr bool is_strong_id = false;
template <class Tag>
inline constexpr bool is_strong_id<strong_id<Tag>> = true;

// Optional values, which are empty for null and for a missing member.
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T, class Deleter>
inline constexpr bool is_optional<std::unique_ptr<T, Deleter>> = true;
template <class T>
inline constexpr bool is_optional<std::shared_ptr<T>> = true;

template <class T>
inline constexpr bool is_std_array = false;
template <class T, std::size_t N>
inline constexpr bool is_std_array<std::array<T, N>> = true;

template <class T>
concept fillable_map = requires(T& map, typename T::key_type key, typename T::mapped_type value) {
  map.clear();
  map.insert_or_assign(std::move(key), std::move(value));
};

template <class T>
concept fillable_list = requires(T& list, typename T::value_type value) {
  list.clear();
  list.insert(list.end(), std::move(value));
};

template <class T>
[[nodiscard]] bool convert(json_view from, T& to, conversion_fault& fault);

template <class T>
bool convert_number(json_view from, T& to, conversion_fault& fault) {
  if constexpr (std::is_floating_point_v<T>) {
    const auto number = from.number();
    if (!number) return fault.expected("a number", from);
    to = static_cast<T>(*number);
    return true;
  } else {
    const auto number = from.integer();
    if (number && std::in_range<T>(*number)) {
      to = static_cast<T>(*number);
      return true;
    }
    const auto large = from.large_integer();
    if (large && std::in_range<T>(*large)) {
      to = static_cast<T>(*large);
      return true;
    }
    if (!number && !large) return fault.expected("a whole number", from);
    using limits = std::numeric_limits<T>;
    // By `+`, g++ 12 warns of it at -O3.
    std::string wanted{"a whole number from "};
    wanted += std::to_string((limits::min)());
    wanted += " to ";
    wanted += std::to_string((limits::max)());
    return fault.expected(wanted, from);
  }
}

// By the name or the number of an enumerator, if they are described; else by the number.
template <class T>
bool convert_enum(json_view from, T& to, conversion_fault& fault) {
  using number_type = std::underlying_type_t<T>;
  if constexpr (boost::describe::has_describe_enumerators<T>::value) {
    std::string names;
    bool found = false;
    const auto text = from.text();
    const auto number = from.integer();
    const auto consider = [&](auto enumerator) {
      const bool same =
          text == std::string_view{enumerator.name} ||
          (number && std::in_range<number_type>(*number) &&
           static_cast<number_type>(enumerator.value) == static_cast<number_type>(*number));
      if (same) to = enumerator.value;
      found = found || same;
      names += (names.empty() ? "" : ", ") + std::string{enumerator.name};
    };
    const auto each = [&]<template <class...> class List, class... D>(List<D...>) {
      (consider(D{}), ...);
    };
    each(boost::describe::describe_enumerators<T>{});
    return found || fault.expected("one of " + names, from);
  } else {
    number_type number{};
    if (!convert_number(from, number, fault)) return false;
    to = static_cast<T>(number);
    return true;
  }
}

template <class T>
bool convert_optional(json_view from, T& to, conversion_fault& fault) {
  if (from.is_null()) {
    to = T{};
    return true;
  }
  if constexpr (requires { typename T::value_type; }) {
    return convert(from, to.emplace(), fault);
  } else {
    auto value = std::make_unique<typename T::element_type>();
    if (!convert(from, *value, fault)) return false;
    to = std::move(value);
    return true;
  }
}

template <class T>
bool convert_list(json_view from, T& to, conversion_fault& fault) {
  to.clear();
  if (!from.is_list()) return from.is_nothing() || fault.expected("a list", from);
  for (std::size_t i = 0; i < from.size(); ++i) {
    typename T::value_type item{};
    if (!convert(from.item(i), item, fault)) return fault.at_index(i);
    to.insert(to.end(), std::move(item));
  }
  return true;
}

template <class T>
bool convert_array(json_view from, T& to, conversion_fault& fault) {
  if (!from.is_list() || from.size() != to.size()) {
    return fault.expected("a list of " + std::to_string(to.size()) + " items", from);
  }
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (!convert(from.item(i), to[i], fault)) return fault.at_index(i);
  }
  return true;
}

template <class T>
bool convert_map(json_view from, T& to, conversion_fault& fault) {
  using key_type = typename T::key_type;
  to.clear();
  if (!from.is_object()) return from.is_nothing() || fault.expected("an object", from);
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto [name, value] = from.member(i);
    typename T::mapped_type item{};
    if (!convert(value, item, fault)) return fault.at_name(name);
    if constexpr (std::is_constructible_v<key_type, std::string>) {
      to.insert_or_assign(key_type{std::string{name}}, std::move(item));
    } else {
      const auto key = integer_key(name);
      bool fits = key.has_value();
      if constexpr (std::is_integral_v<key_type>) fits = fits && std::in_range<key_type>(*key);
      if (!fits) {
        fault.reason = "expected a number for a name";
        return fault.at_name(name);
      }
      to.insert_or_assign(static_cast<key_type>(*key), std::move(item));
    }
  }
  return true;
}

template <class Member>
bool convert_member(json_view from, std::string_view name, Member& to, conversion_fault& fault) {
  if (const auto value = from.member(name)) {
    return convert(*value, to, fault) || fault.at_name(name);
  }
  if constexpr (is_optional<Member> || std::is_same_v<Member, boost::json::value>) {
    to = Member{};
    return true;
  } else {
    fault.reason = "is missing; make the member a std::optional if VK may leave it out";
    return fault.at_name(name);
  }
}

// Members of the JSON that the struct does not have are ignored.
template <class T>
bool convert_struct(json_view from, T& to, conversion_fault& fault) {
  if (!from.is_object() && !from.is_nothing()) return fault.expected("an object", from);
  using members = boost::describe::describe_members<T, boost::describe::mod_any_access |
                                                           boost::describe::mod_inherited>;
  const auto each = [&]<template <class...> class List, class... D>(List<D...>) {
    return (convert_member(from, D::name, to.*D::pointer, fault) && ...);
  };
  return each(members{});
}

template <class T>
bool convert_by_tag(json_view from, T& to, conversion_fault& fault) {
  try {
    to = tag_invoke(boost::json::value_to_tag<T>{}, from.value());
    return true;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& thrown) {
    fault.reason = thrown.what();
    return false;
  } catch (...) {
    fault.reason = "its tag_invoke threw something that is no std::exception";
    return false;
  }
}

// `boost::json::value`, which is complete only in programs that use such a `T`.
template <class T>
using of_complete = std::conditional_t<sizeof(T) != 0, boost::json::value, T>;

template <class>
inline constexpr bool no_conversion = false;

template <class T>
bool convert(json_view from, T& to, conversion_fault& fault) {
  if constexpr (std::is_same_v<T, boost::json::value>) {
    to = from.value();
    return true;
  } else if constexpr (std::is_same_v<T, boost::json::object>) {
    if (!from.is_object()) return fault.expected("an object", from);
    to = static_cast<const of_complete<T>&>(from.value()).get_object();
    return true;
  } else if constexpr (std::is_same_v<T, boost::json::array>) {
    if (!from.is_list()) return fault.expected("a list", from);
    to = static_cast<const of_complete<T>&>(from.value()).get_array();
    return true;
  } else if constexpr (has_tag_invoke<T>) {
    return convert_by_tag(from, to, fault);
  } else if constexpr (std::is_same_v<T, bool>) {
    const auto flag = from.boolean();
    if (flag) to = *flag;
    return flag || fault.expected("a boolean", from);
  } else if constexpr (std::is_arithmetic_v<T>) {
    return convert_number(from, to, fault);
  } else if constexpr (std::is_enum_v<T>) {
    return convert_enum(from, to, fault);
  } else if constexpr (is_strong_id<T>) {
    std::int64_t number = 0;
    if (!convert_number(from, number, fault)) return false;
    to = T{number};
    return true;
  } else if constexpr (is_optional<T>) {
    return convert_optional(from, to, fault);
  } else if constexpr (std::is_constructible_v<T, std::string> &&
                       std::is_convertible_v<const char*, T>) {
    const auto text = from.text();
    if (!text) return fault.expected("a text", from);
    to = T{std::string{*text}};
    return true;
  } else if constexpr (is_std_array<T>) {
    return convert_array(from, to, fault);
  } else if constexpr (fillable_map<T>) {
    return convert_map(from, to, fault);
  } else if constexpr (fillable_list<T>) {
    return convert_list(from, to, fault);
  } else if constexpr (boost::describe::has_describe_members<T>::value) {
    return convert_struct(from, to, fault);
  } else {
    static_assert(no_conversion<T>,
                  "describe the type with BOOST_DESCRIBE_STRUCT, or write a tag_invoke for "
                  "boost::json::value_to_tag of it");
    return false;
  }
}

}  // namespace vkxx::detail
