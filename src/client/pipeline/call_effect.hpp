// The effect of a whole call, as far as its attempts show.
#pragma once

#include <algorithm>
#include <atomic>

#include <vkxx/core/errc.hpp>

namespace vkxx::detail {

// The stronger effect: `request_effect` is ordered by how much VK may have executed.
[[nodiscard]] constexpr request_effect stronger(request_effect left,
                                                request_effect right) noexcept {
  return std::max(left, right);
}

// Accumulates over the attempts: a later one cannot undo what an earlier one may have done, and
// what was sent once is not unsent. Among reads, which are safe to repeat, the last one counts.
class call_effect {
 public:
  // The attempt is about to be sent.
  void sending(bool writes) noexcept {
    if (writes_) earlier_ = stronger(earlier_, last_);
    writes_ = writes;
    has_written_ = has_written_ || writes;
    last_ = request_effect::unknown;
  }
  void ended(request_effect effect) noexcept { last_ = effect; }
  // Adds the effect of an earlier batch that contained the call.
  void add(request_effect effect) noexcept {
    earlier_ = stronger(earlier_, effect);
    last_ = stronger(last_, effect);
  }

  [[nodiscard]] request_effect now() const noexcept { return stronger(earlier_, last_); }
  // The effect without the last attempt.
  [[nodiscard]] request_effect earlier() const noexcept { return earlier_; }
  [[nodiscard]] bool has_written() const noexcept { return has_written_; }

 private:
  request_effect earlier_ = request_effect::not_sent;
  request_effect last_ = request_effect::not_sent;
  bool writes_ = false;
  bool has_written_ = false;
};

// The effect of a batch in flight, for its calls, which may end earlier.
//
// Thread safety: safe to share.
class batch_effect {
 public:
  // `before`: the effect of an earlier batch of the same calls.
  explicit batch_effect(request_effect before) noexcept : earlier_{before}, now_{before} {}

  void see(const call_effect& effect, int attempts) noexcept {
    earlier_ = stronger(earlier_, effect.earlier());
    now_ = stronger(earlier_, effect.now());
    attempts_ = attempts;
  }
  [[nodiscard]] request_effect now() const noexcept { return now_; }
  [[nodiscard]] request_effect earlier() const noexcept { return earlier_; }
  [[nodiscard]] int attempts() const noexcept { return attempts_; }

 private:
  std::atomic<request_effect> earlier_;
  std::atomic<request_effect> now_;
  std::atomic<int> attempts_ = 0;
};

}  // namespace vkxx::detail
