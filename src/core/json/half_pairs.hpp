// Halves of surrogate pairs in JSON: VK cuts texts in the middle of an emoji at times, and no JSON
// parser takes what is left.
#pragma once

#include <cstddef>

namespace vkxx::detail {

// Puts U+FFFD in the place of each half of a pair in the `size` bytes of JSON at `json`, escaped
// (`\ud83d`) or as bytes; the length stays. Gives whether there was any. Whole pairs stay, and so
// does whatever else is wrong with the text.
bool replace_half_pairs(char* json, std::size_t size) noexcept;

}  // namespace vkxx::detail
