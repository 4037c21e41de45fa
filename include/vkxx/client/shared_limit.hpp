/// @file
/// How several processes share the limit of one token. `vkxx/redis.hpp` has a coordinator that uses
/// Redis; a program may implement its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx {

/// The permission to send one request now.
struct shared_permit {
  std::uint64_t id = 0;         ///< unique among the permits of this process
  std::int64_t granted_at = 0;  ///< the time of the grant, by the coordinator's clock
};

/// A request for permits. With a `count` of 0 it is a heartbeat.
struct permit_request {
  std::size_t count = 0;     ///< how many permits are requested
  std::size_t capacity = 1;  ///< how many the bucket has in total
  duration lease{};          ///< how long a permit stays taken unless released
  bool rejoining = false;    ///< the process used its own share until now: others may still do so
};

/// The answer to a request for permits.
struct permit_grant {
  std::vector<shared_permit> permits;  ///< at most as many as requested, to be used now
  duration retry_in{};                 ///< the time until the next request for the rest
  std::size_t processes = 1;           ///< how many share the token, including this one
  duration settling{};                 ///< how long all still keep to their own shares
};

/// The permits of one token, shared by processes: a sliding window. Its functions neither block nor
/// throw. Handlers may be called on the bucket's own thread: a client's destructor waits for a
/// running handler and blocks further ones. The client bounds the values in a grant: spans by a
/// minute, processes by 10,000, permits by the requested number.
///
/// Thread safety: implementations must be safe to share.
class shared_bucket {
 public:
  /// Called once, from any thread, never inside `acquire`.
  using handler = std::function<void(result<permit_grant>)>;

  shared_bucket() = default;
  shared_bucket(const shared_bucket&) = delete;
  shared_bucket& operator=(const shared_bucket&) = delete;
  virtual ~shared_bucket() = default;

  /// Requests permits that are free at present. An error: the coordinator cannot be reached.
  ///
  /// Completion: calls `completed` within a second in any case.
  virtual void acquire(const permit_request& request, handler completed) noexcept = 0;
  /// Ends the lease of a permit `lease` after its grant instead of the requested time. 0: the
  /// permit was not used and is free at once.
  virtual void release(const shared_permit& permit, duration lease) noexcept = 0;
  /// The last known number of processes that share the token; 0: unknown.
  [[nodiscard]] virtual std::size_t processes() const noexcept = 0;
};

/// A coordinator of processes that share the limits of tokens.
///
/// Thread safety: implementations must be safe to share.
class shared_limit {
 public:
  shared_limit() = default;
  shared_limit(const shared_limit&) = delete;
  shared_limit& operator=(const shared_limit&) = delete;
  virtual ~shared_limit() = default;

  /// The bucket of a token's `methods`, a class of methods that VK counts apart (`ordinary`,
  /// `secure`, `ads`). The token itself must not be stored. Does not block.
  [[nodiscard]] virtual std::shared_ptr<shared_bucket> bucket_of(const secret& token,
                                                                 std::string_view methods) = 0;
  /// Whether the coordinator is usable; the error says why not (created before a fork, for
  /// example). The constructor of a client throws this error as `usage_exception`.
  [[nodiscard]] virtual result<void> usable() const { return {}; }
};

}  // namespace vkxx
