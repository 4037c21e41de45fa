// The part of a lane for a token that other processes also use: acquires and releases permits of
// the shared bucket. Guarded by the lock of the limiter that owns it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>

#include <vkxx/client/shared_limit.hpp>
#include "client/limit/limiter_machine.hpp"
#include "client/limit/share_machine.hpp"

namespace vkxx::detail {

class shared_lane {
 public:
  shared_lane(std::shared_ptr<shared_bucket> bucket, std::size_t processes) noexcept
      : bucket_{std::move(bucket)}, share_{processes} {}

  // Called before the machine lets calls proceed: sets its permits and its part of the limit.
  void prepare(limiter_machine& machine, time_point now) const noexcept;
  // The machine let this call proceed.
  void went(const limiter_machine& machine, std::uint64_t ticket, time_point now);
  // No more calls proceed for now. Returns the unused permits, so that others can use them.
  void give_back(limiter_machine& machine) noexcept;
  // The outcome of a call, after the machine was notified.
  void settle(const limiter_machine& machine, std::uint64_t ticket, time_point sent,
              limiter_answer answer, time_point now) noexcept;

  // The next question to the bucket. Each has exactly one outcome.
  [[nodiscard]] std::optional<permit_request> question(limiter_machine& machine, time_point now);
  void given(const permit_grant& answer, time_point now) { share_.given(answer, now); }
  void failed(limiter_machine& machine, time_point now);

  [[nodiscard]] shared_bucket& bucket() const noexcept { return *bucket_; }
  [[nodiscard]] const share_machine& state() const noexcept { return share_; }
  // When to let calls proceed again. Empty if no call waits or an answer is pending.
  [[nodiscard]] std::optional<time_point> next(const limiter_machine& machine,
                                               time_point now) const;

 private:
  std::shared_ptr<shared_bucket> bucket_;
  share_machine share_;
  std::unordered_map<std::uint64_t, leased_permit> leased_;
};

}  // namespace vkxx::detail
