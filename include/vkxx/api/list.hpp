/// @file
/// Lists of ids, numbers and texts as parameters.
#pragma once

#include <concepts>
#include <cstdint>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>

#include <vkxx/client/conversion.hpp>
#include <vkxx/core/ids.hpp>
#include <vkxx/objects/open_enum.hpp>

namespace vkxx {

namespace detail {

void append_item(std::string& list, std::int64_t item);
void append_item(std::string& list, double item);
void append_item(std::string& list, std::string_view item);

template <class V>
concept text_like = std::convertible_to<const V&, std::string_view>;
template <class V>
concept whole_number = std::integral<V> && !std::same_as<V, bool>;

// What the items of a list may be: a policy `takes` a type and `add`s a value of it.
struct integer_items {
  template <class V>
  static constexpr bool takes = whole_number<V>;
  template <class V>
  static void add(std::string& list, const V& item) {
    append_item(list, static_cast<std::int64_t>(item));
  }
};

// Ids of one kind, and of the kinds that convert to it; plain numbers.
template <class Id>
struct id_items {
  template <class V>
  static constexpr bool takes = whole_number<V> || std::convertible_to<const V&, Id>;
  template <class V>
  static void add(std::string& list, const V& item) {
    if constexpr (whole_number<V>) {
      append_item(list, static_cast<std::int64_t>(item));
    } else {
      append_item(list, Id{item}.value());
    }
  }
};

struct text_items {
  template <class V>
  static constexpr bool takes = text_like<V>;
  template <class V>
  static void add(std::string& list, const V& item) {
    append_item(list, std::string_view{item});
  }
};

struct number_items {
  template <class V>
  static constexpr bool takes = std::floating_point<V> || whole_number<V>;
  template <class V>
  static void add(std::string& list, const V& item) {
    append_item(list, static_cast<double>(item));
  }
};

// Ids or short names.
template <class Id>
struct id_or_name_items {
  template <class V>
  static constexpr bool takes = text_like<V> || id_items<Id>::template takes<V>;
  template <class V>
  static void add(std::string& list, const V& item) {
    if constexpr (text_like<V>) {
      text_items::add(list, item);
    } else {
      id_items<Id>::add(list, item);
    }
  }
};

template <class E>
struct enum_items {
  template <class V>
  static constexpr bool takes = text_like<V> || std::same_as<V, E> || std::same_as<V, open_enum<E>>;
  template <class V>
  static void add(std::string& list, const V& item) {
    if constexpr (text_like<V>) {
      text_items::add(list, item);
    } else {
      append_item(list, open_enum<E>{item}.text());
    }
  }
};

template <class E>
struct number_enum_items {
  template <class V>
  static constexpr bool takes = std::same_as<V, E>;
  template <class V>
  static void add(std::string& list, const V& item) {
    append_item(list, static_cast<std::int64_t>(item));
  }
};

template <class Items, class V>
constexpr bool takes_value() {
  using value = std::remove_cvref_t<V>;
  if constexpr (Items::template takes<value>) {
    return true;
  } else if constexpr (!text_like<value> && std::ranges::input_range<const value>) {
    return Items::template takes<std::remove_cvref_t<std::ranges::range_reference_t<const value>>>;
  } else {
    return false;
  }
}

/// A value, or a range of values, that may stand in a list.
template <class V, class Items>
concept value_of_list = takes_value<Items, V>();

template <class Items, class V>
void add_value(std::string& list, const V& value) {
  if constexpr (Items::template takes<V>) {
    Items::add(list, value);
  } else {
    for (const auto& item : value) Items::add(list, item);
  }
}

}  // namespace detail

/// A list for a required parameter; see `integers`, `ids` and `texts`.
template <class Items>
class list_argument {
 public:
  /// Each value, or each item of each range, in this order.
  template <detail::value_of_list<Items>... Values>
  requires(sizeof...(Values) > 0) explicit list_argument(const Values&... values) {
    (detail::add_value<Items>(text_, values), ...);
  }
  /// The value of the parameter: the items joined by commas.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// A list of whole numbers: `vkxx::integers{1, 2}`, or a range of them.
using integers = list_argument<detail::integer_items>;
/// A list of ids of one kind: `vkxx::ids<vkxx::user_id>{1, 2}`, or a range of numbers or ids.
template <class Id>
using ids = list_argument<detail::id_items<Id>>;
/// A list of texts: `vkxx::texts{"-1_340364", "1_45616"}`, or a range of them.
using texts = list_argument<detail::text_items>;

}  // namespace vkxx
