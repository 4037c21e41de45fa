// The state of one call while it runs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/client/call_priority.hpp>
#include "client/call_state.hpp"
#include "client/caller_thread.hpp"
#include "client/pipeline/call_effect.hpp"
#include "core/async/time_sum.hpp"

namespace vkxx::detail {

// The calls of a batch. They are chosen when the batch is sent.
struct batch_contents {
  call_idempotency idempotency = call_idempotency::read_only;
  // Writes the calls into the request. Runs before each attempt: a call that ended between two
  // attempts and was reported as not sent must not be sent. Returns false if no call waits any
  // more.
  std::function<bool(request&)> fill;
};

class response_decoder;
class shown_deadline;

// One exists for each waiting call, so it stays small.
struct call_context {
  std::shared_ptr<call_state> state;
  std::shared_ptr<caller_thread> caller;
  // The deadline without the waits for a person. Those waits move it.
  time_point deadline = no_deadline;
  // The deadline of the whole call, including a person's time.
  time_point fixed_deadline = no_deadline;
  // Set while the call waits for a person.
  std::optional<time_point> challenge_began;
  duration timeout{};
  std::uint64_t fair_share_of = 0;
  call_priority priority = call_priority::normal;
  // Set if the caller states whether the call may be executed twice.
  std::optional<bool> idempotent;
  // Null unless this is a batch.
  std::unique_ptr<batch_contents> batch_of;
  bool retry = true;
  bool batch = true;
  // Reads the response before anybody else. May be null.
  std::shared_ptr<response_decoder> decoder;
  // Headers from the caller. May be null.
  std::unique_ptr<const std::vector<std::pair<std::string, std::string>>> headers;
  // The current phase, its start, and the time spent so far.
  call_phase phase = call_phase::elsewhere;
  time_point begun{};
  time_point phase_began{};
  duration queued{};
  duration at_vk{};
  // VK refused the last attempt with error 6.
  bool refused = false;
  // The number of attempts that had a token and a permit.
  int attempts = 0;
  // The effect to report if the call is cancelled now.
  call_effect effect;
  // Receives every change of the effect, for waiters that do not run the call. May be null.
  std::shared_ptr<batch_effect> progress;
  // Receives every pause of the deadline, for waiters that do not run the call. May be null.
  std::shared_ptr<shown_deadline> shown;
  // The token of the last attempt.
  secret token;
  // The other tokens of earlier attempts.
  std::vector<secret> earlier_tokens;
  // The permit of the next attempt.
  limiter_turn turn;
  // The value of the cookie that VK set with a captcha. The next attempts send it back. May be
  // null.
  std::unique_ptr<const secret> captcha_cookie;

  // The deadline if the wait for a person ended at `now`.
  [[nodiscard]] time_point deadline_at(time_point now) const noexcept {
    if (!challenge_began || deadline == no_deadline) return deadline;
    return std::min(later_by(deadline, now - *challenge_began), fixed_deadline);
  }

  void enter_phase(call_phase next, time_point now) noexcept {
    if (phase == call_phase::queued) queued += now - phase_began;
    if (phase == call_phase::at_vk) at_vk += now - phase_began;
    phase = next;
    phase_began = now;
  }
};

// Whether the call may be repeated: the caller's statement wins over VK's schema.
[[nodiscard]] call_idempotency idempotency_of(const call_context& context, const request& request);

// The secrets of the call that no text may show: tokens, passwords and the like.
[[nodiscard]] std::vector<secret> secrets_of(const call_context& context, const request& request);

[[nodiscard]] error deadline_error(const std::string& method, const call_context& context,
                                   const std::string& doing);

}  // namespace vkxx::detail
