/// @file
/// How a client keeps to VK's limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <vkxx/core/clock.hpp>

namespace vkxx {

class shared_limit;

/// What becomes of a call when the line before a token's limit is full.
enum class when_full : std::uint8_t {
  refuse,  ///< it fails at once with `errc::queue_full`
  wait,    ///< it waits outside of the line, without regard to priorities: back-pressure
};

/// The limiter, which is on by default: calls on one token are sent no faster than VK lets them
/// through, and as fast as that. A value class; see docs/limits.md.
///
/// Values outside of the ranges that are named here are refused when the client is made, with
/// `usage_exception`.
///
/// Whose token it is, `config::token_kind` says; without it the limit is a user's, which is safe
/// for all.
///
/// https://dev.vk.com/api/api-requests names the limits.
class limits {
 public:
  /// VK's limits, of an app whose size is not known.
  limits() noexcept;

  /// No limiter at all: VK then refuses what is too fast with error 6.
  limits& off() noexcept;
  /// How many users the app has, 0 or more; of this depends how fast service tokens and `secure.*`
  /// are. Not set: 3 a second, and 5 for `secure.*`.
  limits& app_users(std::int64_t count) noexcept;
  /// @name The range of `per_second`: from one call a day on
  /// @{
  static constexpr double least_per_second = 1.0 / (24 * 60 * 60);  ///< one a day
  static constexpr double most_per_second = 1'000'000;  ///< a million
  /// @}
  /// So many calls a second for every token, in place of VK's numbers; fractions too.
  /// `least_per_second` to `most_per_second`: what is infinite or not a number is refused, no limit
  /// at all is `off()`.
  limits& per_second(double calls) noexcept;
  /// How much later than another one a call may arrive at VK and still be reckoned with; 200 ms by
  /// default, 0 to 1 minute.
  limits& jitter(duration most) noexcept;
  /// How many calls may wait for one token; 100,000 by default, at least 1.
  limits& max_queued(std::size_t calls) noexcept;
  /// What becomes of a call above that; `refuse` by default.
  limits& when_full(vkxx::when_full policy) noexcept;
  /// How long a method is not called for the same recipient after error 9 (too much of the same);
  /// 1 minute by default, 0: not at all; 366 days at the most. The recipient is what `peer_id`,
  /// `user_id`, `chat_id`, `domain`, `owner_id` and the like name; other recipients go on.
  limits& flood_block(duration time) noexcept;
  /// How long a method is not called on a token after error 29 (its quota is used up); 1 hour by
  /// default, 0: not at all; 366 days at the most.
  limits& quota_block(duration time) noexcept;
  /// Keeps to the limits together with other processes that meet at `where`. When it cannot be
  /// reached, this process keeps to its share of the limit: one part of as many as it saw there
  /// last, but of `processes` at least, 1 to 10,000. Null: alone, as by default.
  limits& share(std::shared_ptr<shared_limit> where, std::size_t processes = 1) noexcept;

  /// What the limiter reads.
  struct settings {
    bool on = true;                                    ///< whether there is a limiter
    std::optional<std::int64_t> app_users;             ///< of the app; nothing: not known
    std::optional<double> per_second;                  ///< in place of VK's numbers
    duration jitter = std::chrono::milliseconds{200};  ///< the most lateness allowed for
    std::size_t max_queued = 100'000;                  ///< calls that may wait for one token
    vkxx::when_full policy = vkxx::when_full::refuse;  ///< for those above
    duration flood_block = std::chrono::minutes{1};    ///< of a method after error 9
    duration quota_block = std::chrono::hours{1};      ///< of a method after error 29
    std::shared_ptr<shared_limit> shared;              ///< null: nobody else uses the tokens
    std::size_t processes = 1;                         ///< that share, at least
  };
  /// All of them.
  [[nodiscard]] const settings& values() const noexcept { return settings_; }

 private:
  settings settings_;
};

}  // namespace vkxx
