/// @file
/// The long poll of one community.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "emulator/transports/community/event_ring.hpp"
#include "emulator/transports/community/event_types.hpp"
#include "emulator/transports/poll_faults.hpp"
#include "emulator/transports/poll_key.hpp"
#include "emulator/world/random.hpp"

namespace vkxx::emulation::detail {

/// What every long poll request says.
struct poll_query {
  std::string key;
  std::string ts;
  std::int64_t version = 0;
  std::int64_t mode = 0;
};

/// What a poll gets.
struct poll_outcome {
  std::string body;
  bool waits = false;  ///< There is nothing new: the body is the answer when the time is over.
};

/// `{"failed":2}`, and the like.
[[nodiscard]] std::string failed_body(int code);

class community_channel {
 public:
  explicit community_channel(std::string first_key, const ring_limits& limits = {})
      : key{std::move(first_key)}, ring{limits} {}

  poll_key key;
  transport_settings settings;
  event_ring ring;
  poll_faults faults;
  /// The highest number that a poll has asked for or got; nothing: nobody has polled.
  std::optional<std::uint64_t> taken{};

  /// @param random decides the order of shuffled events.
  [[nodiscard]] poll_outcome poll(const poll_query& query, std::int64_t now_ms,
                                  random_source& random);

 private:
  [[nodiscard]] std::string updates_since(std::uint64_t ts, random_source& random);
};

}  // namespace vkxx::emulation::detail
