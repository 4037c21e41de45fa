// Finds the end of an object or a list in JSON, 64 bytes at a time.
#pragma once

#include <cstddef>
#include <string_view>

namespace vkxx::detail {

// What reads the text: the vectors of x86, or words of eight bytes.
enum class scan_unit { words, sse2, avx2 };

// The fastest that this processor has.
[[nodiscard]] scan_unit best_scan_unit() noexcept;

// Where the object or list that begins at `at` ends: behind its closing bracket. npos: the text
// ends before. Strings and brackets are all it looks at: it does not tell `]` from `}`, nor see
// what else is wrong between them. `unit` must be one that the processor has.
[[nodiscard]] std::size_t end_of_brackets(std::string_view text, std::size_t at,
                                          scan_unit unit = best_scan_unit()) noexcept;

}  // namespace vkxx::detail
