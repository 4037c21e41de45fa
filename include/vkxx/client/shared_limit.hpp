/// @file
/// How several processes share the limit of one token. `vkxx/redis.hpp` has the coordinator that
/// uses Redis; a program may bring its own.
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

/// The right to send one request now.
struct shared_permit {
  std::uint64_t id = 0;         ///< tells it from the other permits of this process
  std::int64_t granted_at = 0;  ///< when it was granted, by the coordinator's clock
};

/// A request for permits. With a `count` of 0 it is a heartbeat.
struct permit_request {
  std::size_t count = 0;     ///< how many are wanted
  std::size_t capacity = 1;  ///< how many the bucket has in all
  duration lease{};          ///< how long a permit stays taken, unless it is released
  bool rejoining = false;    ///< the process used its own share before: others may still do so
};

/// What is granted.
struct permit_grant {
  std::vector<shared_permit> permits;  ///< at most as many as were wanted, each to be used now
  duration retry_in{};                 ///< from now: when to ask for the rest
  std::size_t processes = 1;           ///< how many share the token, this one included
  duration settling{};                 ///< how long everybody still keeps to its own share, too
};

/// The permits of one token, shared by processes: a sliding window. Its functions neither block nor
/// throw. Handlers may be called on a thread of its own: a client that ends waits for the one that
/// is under way, and lets in no other. The spans and counts in a grant are bounded by the client: a
/// minute, 10,000 processes, as many permits as were wanted.
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

  /// Asks for permits that are free at the moment. An error: the coordinator cannot be reached.
  ///
  /// Completion: within a second, whatever happens, by `completed`.
  virtual void acquire(const permit_request& request, handler completed) noexcept = 0;
  /// Ends the lease of a permit `lease` after it was granted, in place of what was requested. 0: it
  /// was not used, and is free at once.
  virtual void release(const shared_permit& permit, duration lease) noexcept = 0;
  /// How many processes share the token, as far as was seen last; 0: not known.
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
  /// `secure`, `ads`). The token itself must not be stored anywhere. Does not block.
  [[nodiscard]] virtual std::shared_ptr<shared_bucket> bucket_of(const secret& token,
                                                                 std::string_view methods) = 0;
  /// Whether it can be used; the error says why not (it was made before a fork, say). A client asks
  /// when it is made, and throws the error as `usage_exception`.
  [[nodiscard]] virtual result<void> usable() const { return {}; }
};

}  // namespace vkxx
