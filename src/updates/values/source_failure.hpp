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
// Whether the history may well be there, and this token or program does not get at it: its position
// must not be given up.
[[nodiscard]] bool may_be_read_later(const error& failure);

// The error of an operation of a source that was stopped or cancelled.
[[nodiscard]] error stopped_error(bool stopped);

}  // namespace vkxx::detail
