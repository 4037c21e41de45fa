// The effect of a whole call, as far as its attempts show.
#pragma once

#include <algorithm>
#include <atomic>

#include <vkxx/core/errc.hpp>

namespace vkxx::detail {

// Of the two, the one that says more of what VK did: `request_effect` is ordered so.
[[nodiscard]] constexpr request_effect stronger(request_effect left,
                                                request_effect right) noexcept {
  return std::max(left, right);
}

// Each attempt adds to it: what one may have done, no later one takes back. Of those that were
// refused or not sent the last one counts, and of reads too: repeating them does no harm.
class call_effect {
 public:
  // The bytes of an attempt are about to leave.
  void sending(bool writes) noexcept {
    if (writes_ && last_ >= request_effect::unknown) earlier_ = stronger(earlier_, last_);
    writes_ = writes;
    has_written_ = has_written_ || writes;
    last_ = request_effect::unknown;
  }
  // What the attempt came to.
  void ended(request_effect effect) noexcept { last_ = effect; }
  // The call was sent together with others before.
  void add(request_effect effect) noexcept {
    if (effect >= request_effect::unknown) earlier_ = stronger(earlier_, effect);
    last_ = stronger(last_, effect);
  }

  [[nodiscard]] request_effect now() const noexcept { return stronger(earlier_, last_); }
  // Without the last attempt.
  [[nodiscard]] request_effect earlier() const noexcept { return earlier_; }
  [[nodiscard]] bool has_written() const noexcept { return has_written_; }

 private:
  request_effect earlier_ = request_effect::not_sent;
  request_effect last_ = request_effect::not_sent;
  bool writes_ = false;
  bool has_written_ = false;
};

// The same of a batch under way, for its calls: they may end before it does.
//
// Thread safety: safe to share.
class batch_effect {
 public:
  // `before`: what is known of an earlier batch with the same calls.
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
