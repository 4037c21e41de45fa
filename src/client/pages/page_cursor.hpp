// The position of a walk through a list, as a text from which another walk can continue.
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
  // The last items before the cursor: enough to find the position again.
  static constexpr std::size_t most_keys = 64;
  struct key {
    item_key hash;
    bool loose = false;  // the hash of a whole item without identity
  };

  std::string method;
  std::string list;  // `list_digest` of the request
  page_order order = page_order::joined;
  std::int64_t start = 0;   // where the whole walk began
  std::int64_t offset = 0;  // of the next page; chained: the number of pages before it
  std::string from;
  std::int64_t skip = 0;    // items of that page already delivered
  std::int64_t size = 0;    // the page size; 0: VK's own
  std::int64_t proven = 0;  // the positions a page has at least, if requested
  std::int64_t given = 0;
  std::optional<std::int64_t> total;
  bool over = false;
  std::string reason;  // why the finished list is incomplete
  key_seed seed;
  std::vector<key> keys;  // oldest first

  // JSON with a version and a checksum; at most 4 KiB plus twice the length of `from`.
  [[nodiscard]] std::string text() const;
  // Reads the result of `text`. Fails with `errc::invalid_argument`, naming what was expected, for
  // any other text and for the cursor of another list.
  [[nodiscard]] static result<page_cursor> read(std::string_view text, std::string_view method,
                                                std::string_view list);
};

// Distinguishes the lists of one method: covers all parameters except those in `without`, and the
// token.
[[nodiscard]] std::string list_digest(const request& first,
                                      const std::vector<std::string>& without);

}  // namespace vkxx::detail
