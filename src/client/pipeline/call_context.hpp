// What is known of one call while it runs.
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

// Of a batch: its calls are chosen when it is sent.
struct batch_contents {
  call_idempotency idempotency = call_idempotency::read_only;
  // Writes the calls into the request. Called before each attempt: a call that ended between two of
  // them, and was reported as not sent, must not be sent. False: nobody waits any more.
  std::function<bool(request&)> fill;
};

class shown_deadline;

// There are as many as calls that wait: kept small.
struct call_context {
  std::shared_ptr<call_state> state;
  std::shared_ptr<caller_thread> caller;
  // Of everything but the waits for a person. Moves on by the time of those waits.
  time_point deadline = no_deadline;
  // Of the whole call, a person's time included.
  time_point fixed_deadline = no_deadline;
  // Since when the call waits for a person.
  std::optional<time_point> challenge_began;
  duration timeout{};
  std::uint64_t fair_share_of = 0;
  call_priority priority = call_priority::normal;
  // The caller's word on whether the call may be executed twice.
  std::optional<bool> idempotent;
  // Of a batch. Null: a call.
  std::unique_ptr<batch_contents> batch_of;
  bool retry = true;
  bool batch = true;
  // Whether a decoder reads the reply, and nobody else sees it.
  bool for_decoder = false;
  // Of the caller. Null: none.
  std::unique_ptr<const std::vector<std::pair<std::string, std::string>>> headers;
  // What the call is doing, since when, and what it took so far.
  call_phase phase = call_phase::elsewhere;
  time_point begun{};
  time_point phase_began{};
  duration queued{};
  duration at_vk{};
  // VK refused the last attempt with error 6.
  bool refused = false;
  // How often it was sent, or tried to be: with a token and a permit.
  int attempts = 0;
  // The effect that is reported if the call is cancelled now.
  call_effect effect;
  // Told of every change of the effect, for those who do not run the call. Null: nobody asks.
  std::shared_ptr<batch_effect> progress;
  // Told when the deadline stands still, for those who do not run the call. Null: nobody asks.
  std::shared_ptr<shown_deadline> shown;
  // The token of the last attempt.
  secret token;
  // Those of the attempts before, where they were others.
  std::vector<secret> earlier_tokens;
  // The permit of the next attempt.
  limiter_turn turn;
  // The value of the cookie that VK set together with a captcha; goes back with the next attempts.
  // Null: there is none.
  std::unique_ptr<const secret> captcha_cookie;

  // The deadline, should no more time be spent on a person than was by `now`.
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

// Whether the call can be repeated: by its caller's word, else by VK's schema.
[[nodiscard]] call_idempotency idempotency_of(const call_context& context, const request& request);

// What the call was given and nothing may show: its tokens, passwords and the like.
[[nodiscard]] std::vector<secret> secrets_of(const call_context& context, const request& request);

[[nodiscard]] error deadline_error(const std::string& method, const call_context& context,
                                   const std::string& doing);

}  // namespace vkxx::detail
