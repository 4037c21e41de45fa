/// @file
/// A snapshot: the whole world as JSON.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/files/file_registry.hpp"
#include "emulator/saving/archive/snapshot_reader.hpp"
#include "emulator/transports/transport_hub.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// What a snapshot contains beside the state of the world.
struct snapshot_facts {
  std::string base_url;                        ///< The begin of addresses in it.
  std::int64_t offset_ms = 0;                  ///< Of the clock.
  std::optional<std::int64_t> frozen_at_ms{};  ///< Unix time at which the clock stands still.
  /// Tokens that end, and when: Unix time in milliseconds.
  std::vector<std::pair<std::string, std::int64_t>> ending_tokens{};
  std::uint64_t log = 0;  ///< The number of the log of the changes after it; 0: none.
};

/// The largest file that is read: a million messages.
inline constexpr std::size_t largest_snapshot = std::size_t{512} << 20U;

/// @throws snapshot_failure if the text is not a JSON object.
[[nodiscard]] boost::json::value parse_snapshot(std::string_view text);
/// Whether it was written by the emulator, not by hand.
[[nodiscard]] bool is_whole_snapshot(const boost::json::value& snapshot) noexcept;

[[nodiscard]] std::string write_snapshot(const snapshot_facts& facts, const world& state,
                                         transport_hub& hub, file_registry& files);
/// Replaces what the three contain, which is new.
/// @param base_url of the emulator that reads.
/// @throws snapshot_failure with the path of the fault; then none of the three is of use.
[[nodiscard]] snapshot_facts read_snapshot(const boost::json::value& snapshot,
                                           std::string_view base_url, world& state,
                                           transport_hub& hub, file_registry& files);

}  // namespace vkxx::emulation::detail
