#include "state/values/state_text.hpp"

#include <utility>

#include <vkxx/core/printable.hpp>

namespace vkxx::detail {

error state_failure(std::string text) {
  return {errc::state_failed, request_effect::not_sent, std::move(text)};
}

error row_is_gone(std::uint64_t seq) {
  return {errc::state_conflict, request_effect::not_sent,
          "row " + std::to_string(seq) +
              " of the inbox could not be changed: it does not exist, or is not in a state that "
              "allows it"};
}

error version_differs(std::string_view key) {
  return {errc::state_conflict, request_effect::not_sent,
          "the value " + printable(key) +
              " was not written: somebody else has written it since it was read; read it again"};
}

error timer_differs(std::string_view key) {
  return {errc::state_conflict, request_effect::not_sent,
          "the timer " + printable(key) + " was not taken: it was set to another time, or removed"};
}

error operation_cancelled() {
  return {errc::cancelled, request_effect::not_sent, "an operation of the store was cancelled"};
}

error opened_before_fork() {
  return state_failure(
      "the store was opened before fork(), and its thread is the parent's: open it in the child");
}

}  // namespace vkxx::detail
