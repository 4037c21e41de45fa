/// @file
/// Updates as bytes in an inbox.
#pragma once

#include <string>
#include <string_view>

#include <vkxx/core/result.hpp>
#include <vkxx/updates/update.hpp>

namespace vkxx {

/// An update as it is in the inbox.
struct inbox_update {
  update value;           ///< the update
  std::string event_key;  ///< identifies it, whatever it came by; the same in each run
};

/// Reads `inbox_row::body`. Fails with `errc::malformed_answer` if it is not one of `inbox_body`.
[[nodiscard]] result<inbox_update> read_inbox_body(std::string_view body);
/// The body of a row: one JSON object.
[[nodiscard]] std::string inbox_body(const update& value, std::string_view event_key);

}  // namespace vkxx
