/// @file
/// How a method gives a long list.
#pragma once

#include <cstdint>
#include <string_view>

namespace vkxx {

/// How a method returns a long list page by page. Method classes have it as `M::paged`; for calls
/// by name create one:
/// `vkxx::paging{.items = "items", .offset = "offset", .size = "count", .largest = 200}`.
struct paging {
  /// The path of the list in the response: `items`, `messages.items`; empty: the response itself. A
  /// response that is an array is always the list itself, unless the path begins with `[].`: then
  /// each element of the response has its own list there (`[].users.items` of `polls.getVoters`),
  /// and `offset` counts within each of them.
  std::string_view items = "items";
  /// The parameter for the number of items to skip; empty: none.
  std::string_view offset = {};
  /// The parameter for the page size; empty: none.
  std::string_view size = {};
  /// The parameter for the `next_from` of the previous page; takes precedence over `offset`.
  std::string_view from = {};
  /// What identifies an item of this list: alternatives separated by `|`, each of them names or
  /// dotted paths separated by commas, such as `id`, `owner_id,id|id`, `conversation.peer.id`. The
  /// first alternative whose members an item has completely (0 and an empty text count as missing)
  /// is used. `.`: the whole item (a list of ids or of unique texts). Empty: nothing, so that equal
  /// items are distinct; the list is then walked by position only.
  std::string_view identity = {};
  /// The largest page size; 0: unknown.
  std::int64_t largest = 0;
  /// The page size if `size` is not sent; 0: unknown.
  std::int64_t usual = 0;
};

}  // namespace vkxx
