// The state of one call while it runs, and its end: one outcome for all its attempts.
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
#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/core/result.hpp>
#include "client/call_state.hpp"
#include "client/caller_thread.hpp"
#include "client/pipeline/call_effect.hpp"
#include "core/async/run_permit.hpp"
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

// What few calls have.
struct call_extras {
  // Whom the call is made for: callers of the same priority take turns.
  std::uint64_t fair_share_of = 0;
  // Headers from the caller.
  std::vector<std::pair<std::string, std::string>> headers;
  // Set if the call is a batch.
  std::optional<batch_contents> batch;
  // Set while the call waits for a person.
  std::optional<time_point> challenge_began;
  // Receives every change of the effect, for waiters that do not run the call. May be null.
  std::shared_ptr<batch_effect> progress;
  // Receives every pause of the deadline, for waiters that do not run the call. May be null.
  std::shared_ptr<shown_deadline> shown;
  // Asked before each attempt whether it may be sent. May be null.
  std::shared_ptr<const run_permit> permit;
  // The tokens of earlier attempts other than the last one's.
  std::vector<secret> earlier_tokens;
  // The value of the cookie that VK set with a captcha, or empty. The next attempts send it back.
  secret captcha_cookie;
};

// One exists for each waiting call, so it stays small.
struct call_context {
  std::shared_ptr<call_state> state;
  std::shared_ptr<caller_thread> caller;
  // The deadline without the waits for a person. Those waits move it.
  time_point deadline = no_deadline;
  // The deadline of the whole call, including a person's time.
  time_point fixed_deadline = no_deadline;
  duration timeout{};
  // Reads the response before anybody else. May be null.
  std::shared_ptr<response_decoder> decoder;
  // The start of the call and of the current phase, and the time spent so far.
  time_point begun{};
  time_point phase_began{};
  duration queued{};
  duration at_vk{};
  // The number of attempts that had a token and a permit.
  int attempts = 0;
  call_phase phase = call_phase::elsewhere;
  call_priority priority = call_priority::normal;
  // Set if the caller states whether the call may be executed twice.
  std::optional<bool> idempotent;
  bool retry = true;
  bool batch = true;
  // VK refused the last attempt with error 6.
  bool refused = false;
  // The effect to report if the call is cancelled now.
  call_effect effect;
  // The token of the last attempt.
  secret token;
  // Null in most calls.
  std::unique_ptr<call_extras> extras;

  // Allocates the extras if needed.
  [[nodiscard]] call_extras& with_extras() {
    if (!extras) extras = std::make_unique<call_extras>();
    return *extras;
  }
  [[nodiscard]] const batch_contents* batch_of() const noexcept {
    return extras && extras->batch ? &*extras->batch : nullptr;
  }
  // Why nothing more of the call may be sent; nothing: it may.
  [[nodiscard]] std::optional<error> obstacle() const {
    return extras && extras->permit ? extras->permit->obstacle() : std::nullopt;
  }
  [[nodiscard]] bool waits_for_person() const noexcept { return extras && extras->challenge_began; }
  // The deadline if the wait for a person ended at `now`.
  [[nodiscard]] time_point deadline_at(time_point now) const noexcept {
    if (!waits_for_person() || deadline == no_deadline) return deadline;
    return std::min(later_by(deadline, now - *extras->challenge_began), fixed_deadline);
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

// Every error of a call passes through here. It gets the effect and the number of all attempts, and
// loses every secret of the call.
[[nodiscard]] error of_whole_call(const call_context& context, const request& call, error failure);
[[nodiscard]] result<reply> of_whole_call(const call_context& context, const request& call,
                                          result<reply> outcome);

// Counts the outcome. The text of a deadline error says where the time went.
[[nodiscard]] result<reply> counted(call_context& context, const std::string& method,
                                    result<reply> outcome);

// Converts the current exception to an error. Rethrows std::bad_alloc.
[[nodiscard]] error failure_at_hand(const call_context& context, const std::string& method);

}  // namespace vkxx::detail
