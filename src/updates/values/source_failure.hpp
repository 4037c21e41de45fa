// What the failures of calls mean for a source.
#pragma once

#include <vkxx/core/error.hpp>
#include "updates/poll/poll_machine.hpp"

namespace vkxx::detail {

// Whether the source cannot go on: another token, other rights or another setting is needed.
[[nodiscard]] bool is_permanent(const error& failure);
// Whether a request of the source itself was wrong, so that a retry cannot help.
[[nodiscard]] bool is_unusable_request(const error& failure);
[[nodiscard]] poll_event::history_end history_end_of(const error& failure);

}  // namespace vkxx::detail
