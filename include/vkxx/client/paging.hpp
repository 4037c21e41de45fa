/// @file
/// How a method gives a long list.
#pragma once

#include <cstdint>
#include <string_view>

namespace vkxx {

/// How a method gives a long list piece by piece. The classes of methods that do so know it
/// (`M::paged`); for calls by name it is written down:
/// `vkxx::paging{.items = "items", .offset = "offset", .size = "count", .largest = 200}`.
struct paging {
  /// Where the list stands in the response: `items`, `messages.items`; empty: the response is it.
  /// A response that is a list itself is it in any case.
  std::string_view items = "items";
  /// The parameter that says how many items to leave out; empty: the method has none.
  std::string_view offset = {};
  /// The parameter that says how many items to give; empty: the method has none.
  std::string_view size = {};
  /// The parameter that takes the `next_from` of the page before; it is used rather than `offset`.
  std::string_view from = {};
  /// The most that `size` takes; 0: not known.
  std::int64_t largest = 0;
  /// How many items come when `size` is not sent; 0: not known.
  std::int64_t usual = 0;
};

}  // namespace vkxx
