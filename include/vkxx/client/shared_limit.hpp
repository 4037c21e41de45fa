/// @file
/// How several processes keep to the limit of one token together. `vkxx/redis.hpp` has the one that
/// meets in Redis; a program may bring its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>

namespace vkxx {

/// A taken place in a window: the right to send one request now.
struct shared_place {
  std::uint64_t number = 0;  ///< tells it from the others of this process
  std::int64_t since = 0;    ///< when it was given, by the clock of the meeting place
};

/// What a process asks for.
struct places_wanted {
  std::size_t count = 0;   ///< how many; 0: only to say that the process is there
  std::size_t most = 1;    ///< how many there are in all
  duration held{};         ///< how long a place stays taken when nothing more is heard of it
  bool returning = false;  ///< the process went by its own share before: others may still do so
};

/// What it gets.
struct places_given {
  std::vector<shared_place> places;  ///< at most as many as were asked for, each to be used now
  duration next{};                   ///< from now: when to ask for the rest
  std::size_t processes = 1;         ///< how many share the token, this one included
  duration settling{};               ///< so long yet everybody keeps to its own share besides
};

/// One token's window. Its functions neither block nor throw. Handlers may be called on a thread of
/// its own: a client that ends waits for the one that is under way, and lets in no other. What it
/// is told of spans and processes is bounded: a minute, 10,000 processes, as many places as were
/// asked for.
///
/// Thread safety: implementations must be safe to share.
class shared_window {
 public:
  /// Is called once, from any thread, never inside `take`.
  using told = std::function<void(result<places_given>)>;

  shared_window() = default;
  shared_window(const shared_window&) = delete;
  shared_window& operator=(const shared_window&) = delete;
  virtual ~shared_window() = default;

  /// Takes places that are free at the moment. An error: nobody can be asked at present. The answer
  /// must come within a second, whatever happens.
  virtual void take(const places_wanted& wanted, told handler) noexcept = 0;
  /// Lets a place be taken for as long as `held` from its being given, in place of what was said
  /// before. 0: it was not used and is free at once.
  virtual void settle(const shared_place& place, duration held) noexcept = 0;
  /// How many processes share the token, as far as was seen last; 0: nobody knows.
  [[nodiscard]] virtual std::size_t processes() const noexcept = 0;
};

/// Where processes meet.
///
/// Thread safety: implementations must be safe to share.
class shared_limit {
 public:
  shared_limit() = default;
  shared_limit(const shared_limit&) = delete;
  shared_limit& operator=(const shared_limit&) = delete;
  virtual ~shared_limit() = default;

  /// The window of a token's `methods`, a class of methods that VK counts apart (`ordinary`,
  /// `secure`, `ads`). The token itself must not be stored anywhere. Does not block.
  [[nodiscard]] virtual std::shared_ptr<shared_window> window_of(const secret& token,
                                                                 std::string_view methods) = 0;
  /// Why it cannot be used (it was made before a fork, say); empty: it can. A client asks when it
  /// is made.
  [[nodiscard]] virtual std::string fault() const { return {}; }
};

}  // namespace vkxx
