/// @file
/// The priority of waiting calls.
#pragma once

#include <cstdint>

namespace vkxx {

/// The priority of a call among those that wait for the limit of one token.
enum class call_priority : std::uint8_t {
  urgent,  ///< before all others: a person waits for the answer
  normal,  ///< after the urgent ones; callers take turns
  bulk,    ///< only when no other call waits: a mailing, a crawl
};

}  // namespace vkxx
