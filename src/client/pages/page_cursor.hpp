// Where a walk through a list stood, as a text that another walk can continue from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>
#include "client/pages/item_key.hpp"

namespace vkxx::detail {

// How the pages of a list follow each other.
enum class page_order : std::uint8_t {
  joined,    // by offset; items are identified, and each page must join the one before
  position,  // by offset alone
  chained,   // each page names the next one (`next_from`)
};

struct page_cursor {
  // The last items before the cursor: as many as are needed to find the place again.
  static constexpr std::size_t most_keys = 64;
  struct key {
    item_key hash;
    bool loose = false;  // of the whole item, which has no identity
  };

  std::string method;
  std::string list;  // `list_digest` of the request
  page_order order = page_order::joined;
  std::int64_t start = 0;   // where the whole walk began
  std::int64_t offset = 0;  // of the page to ask for; chained: how many pages are before it
  std::string from;
  std::int64_t skip = 0;    // items of that page that were delivered
  std::int64_t size = 0;    // the page size; 0: VK's own
  std::int64_t proven = 0;  // so many positions a page has at least, if asked for
  std::int64_t given = 0;
  std::optional<std::int64_t> total;
  bool over = false;
  std::string reason;  // why the list, which is over, is incomplete
  key_seed seed;
  std::vector<key> keys;  // oldest first

  // JSON with a version and a check sum; at most 4 KiB and twice the length of `from`.
  [[nodiscard]] std::string text() const;
  // What `text` gave. Fails with `errc::invalid_argument`, naming what was expected, for anything
  // else, and for the cursor of another list.
  [[nodiscard]] static result<page_cursor> read(std::string_view text, std::string_view method,
                                                std::string_view list);
};

// Tells lists of one method apart: all parameters but those named, and the token.
[[nodiscard]] std::string list_digest(const request& first,
                                      const std::vector<std::string>& without);

}  // namespace vkxx::detail
