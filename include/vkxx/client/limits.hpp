/// @file
/// How a client respects VK's limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <vkxx/core/clock.hpp>

namespace vkxx {

class shared_limit;

/// What happens to a call when the queue of a token's limit is full.
enum class when_full : std::uint8_t {
  refuse,  ///< it fails at once with `errc::queue_full`
  wait,    ///< it waits outside of the queue, regardless of priorities: back-pressure
};

/// The limiter, which is on by default: sends calls on one token as fast as VK allows, but no
/// faster. A value class; see docs/limits.md.
///
/// The constructor of a client throws `usage_exception` for values outside of the ranges below.
///
/// The limit depends on `config::token_kind`; without it the limit is that of a user's token, which
/// is safe for all.
///
/// https://dev.vk.com/api/api-requests names the limits.
class limits {
 public:
  /// VK's limits for an app of unknown size.
  limits() noexcept;

  /// No limiter: VK then refuses excess calls with error 6.
  limits& off() noexcept;
  /// How many users the app has, 0 or more; determines the rate of service tokens and `secure.*`.
  /// Not set: 3 per second, and 5 for `secure.*`.
  limits& app_users(std::int64_t count) noexcept;
  /// @name The range of `per_second`: from one call per day
  /// @{
  static constexpr double least_per_second = 1.0 / (24 * 60 * 60);  ///< one a day
  static constexpr double most_per_second = 1'000'000;              ///< a million
  /// @}
  /// Calls per second for every token, in place of VK's numbers; may be fractional.
  /// `least_per_second` to `most_per_second`; infinity and NaN are refused. For no limit use
  /// `off()`.
  limits& per_second(double calls) noexcept;
  /// The largest variation of the time from sending a call to its arrival at VK that is allowed
  /// for; 200 ms by default, 0 to 1 minute.
  limits& jitter(duration most) noexcept;
  /// How many calls may wait for one token; 100,000 by default, at least 1.
  limits& max_queued(std::size_t calls) noexcept;
  /// What happens to a call above that; `refuse` by default.
  limits& when_full(vkxx::when_full policy) noexcept;
  /// How long a method is not called for the same recipient after error 9 (too many similar
  /// actions); 1 minute by default, 0: no block; 366 days at most. The recipient is named by
  /// `peer_id`, `user_id`, `chat_id`, `domain`, `owner_id` and the like; calls to others continue.
  limits& flood_block(duration time) noexcept;
  /// How long a method is not called on a token after error 29 (its quota is used up); 1 hour by
  /// default, 0: no block; 366 days at most.
  limits& quota_block(duration time) noexcept;
  /// Shares the limits with the other processes that use `coordinator`. While it is unreachable,
  /// this process uses its own share: the limit divided by the last known number of processes, but
  /// at least by `processes()`. Null, the default: not shared.
  limits& share(std::shared_ptr<shared_limit> coordinator) noexcept;
  /// The least number of processes that share the limit; 1 by default, 1 to 10,000.
  limits& processes(std::size_t count) noexcept;

  /// Whether there is a limiter; see `off`.
  [[nodiscard]] bool is_on() const noexcept { return on_; }
  [[nodiscard]] std::optional<std::int64_t> app_users() const noexcept { return app_users_; }
  [[nodiscard]] std::optional<double> per_second() const noexcept { return per_second_; }
  [[nodiscard]] duration jitter() const noexcept { return jitter_; }
  [[nodiscard]] std::size_t max_queued() const noexcept { return max_queued_; }
  [[nodiscard]] vkxx::when_full when_full() const noexcept { return when_full_; }
  [[nodiscard]] duration flood_block() const noexcept { return flood_block_; }
  [[nodiscard]] duration quota_block() const noexcept { return quota_block_; }
  [[nodiscard]] const std::shared_ptr<shared_limit>& share() const noexcept { return share_; }
  [[nodiscard]] std::size_t processes() const noexcept { return processes_; }

 private:
  bool on_ = true;
  std::optional<std::int64_t> app_users_;
  std::optional<double> per_second_;
  duration jitter_ = std::chrono::milliseconds{200};
  std::size_t max_queued_ = 100'000;
  vkxx::when_full when_full_ = vkxx::when_full::refuse;
  duration flood_block_ = std::chrono::minutes{1};
  duration quota_block_ = std::chrono::hours{1};
  std::shared_ptr<shared_limit> share_;
  std::size_t processes_ = 1;
};

}  // namespace vkxx
