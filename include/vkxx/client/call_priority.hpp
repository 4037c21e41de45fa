/// @file
/// Which of the waiting calls goes first.
#pragma once

#include <cstdint>

namespace vkxx {

/// How much a call matters among those that wait for the limit of one token.
enum class call_priority : std::uint8_t {
  urgent,  ///< before all others: the answer to a person who waits
  normal,  ///< after the urgent ones, by turns of the callers
  bulk,    ///< when nobody else wants to: a mailing, a crawl
};

}  // namespace vkxx
