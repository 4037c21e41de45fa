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

// How far the next attempt has come.
enum class entry : std::uint8_t { open, no_token_yet, no_turn_yet };

// For a request that is completed only when it may be sent.
struct late_request {
  call_idempotency idempotency = call_idempotency::read_only;
  // Called once.
  std::function<bool(request&)> prepare;
};

class shown_deadline;

// One for each waiting call: kept small.
struct call_context {
  std::shared_ptr<call_state> state;
  std::shared_ptr<caller_thread> caller;
  // Without the waits for a person, which move it on by their length.
  time_point deadline = no_deadline;
  // Of the whole call, including a person's time.
  time_point fixed_deadline = no_deadline;
  // Since when the call waits for a person.
  std::optional<time_point> challenge_began;
  duration timeout{};
  std::uint64_t fair_share_of = 0;
  call_priority priority = call_priority::normal;
  // Whether the call may be executed twice, if the caller says so.
  std::optional<bool> idempotent;
  bool retry = true;
  bool batch = true;
  // Of the caller. Null: none.
  std::unique_ptr<const std::vector<std::pair<std::string, std::string>>> headers;
  // The current phase, its start, and the time spent so far.
  call_phase phase = call_phase::elsewhere;
  time_point begun{};
  time_point phase_began{};
  duration queued{};
  duration at_vk{};
  // VK refused the last attempt with error 6.
  bool refused = false;
  // How often it was sent, or almost: with a token and a permit.
  int attempts = 0;
  // The effect that is reported if the call is cancelled now.
  call_effect effect;
  // Null: the request is ready.
  std::unique_ptr<late_request> late;
  // Notified of every change of the effect, for observers of the call. Null: none.
  std::shared_ptr<batch_effect> progress;
  // Notified when the deadline is suspended, for observers of the call. Null: none.
  std::shared_ptr<shown_deadline> shown;
  // The token of the last attempt.
  secret token;
  // Tokens of earlier attempts, if different.
  std::vector<secret> earlier_tokens;
  // Of the next attempt: how far it has come, once known, and its permit.
  std::optional<result<entry>> entered;
  limiter_turn turn;
  // The value of the cookie that VK set together with a captcha; goes back with the next attempts.
  // Null: there is none.
  std::unique_ptr<const secret> captcha_cookie;

  // The deadline if no more time than until `now` is spent on a person.
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

// Whether the call can be repeated: as its caller says, else by VK's schema.
[[nodiscard]] call_idempotency idempotency_of(const call_context& context, const request& request);

// The secrets of the call: tokens, passwords and the like.
[[nodiscard]] std::vector<secret> secrets_of(const call_context& context, const request& request);

[[nodiscard]] error deadline_error(const std::string& method, const call_context& context,
                                   const std::string& doing);

}  // namespace vkxx::detail
