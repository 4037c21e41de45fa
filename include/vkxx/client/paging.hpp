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
  /// A response that is a list itself is it in any case, unless the path begins with `[].`: then
  /// each element of the response holds a list of its own there (`[].users.items` of
  /// `polls.getVoters`), and `offset` counts within each of them.
  std::string_view items = "items";
  /// The parameter that says how many items to leave out; empty: the method has none.
  std::string_view offset = {};
  /// The parameter that says how many items to give; empty: the method has none.
  std::string_view size = {};
  /// The parameter that takes the `next_from` of the page before; it is used rather than `offset`.
  std::string_view from = {};
  /// What identifies an item of this list: alternatives separated by `|`, of which the first counts
  /// whose members an item has all (0 and an empty text count as missing), each of names or dotted
  /// paths separated by commas: `id`, `owner_id,id|id`, `conversation.peer.id`. `.`: the whole item
  /// does (a list of ids or of unique texts). Empty: nothing does, and equal items are different
  /// items; the list is then walked by position alone.
  std::string_view identity = {};
  /// The most that `size` takes; 0: not known.
  std::int64_t largest = 0;
  /// How many items come when `size` is not sent; 0: not known.
  std::int64_t usual = 0;
};

}  // namespace vkxx
