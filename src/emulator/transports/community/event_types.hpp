/// @file
/// The types of community events, and the versions in which their objects come.
#pragma once

#include <bitset>
#include <compare>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

/// `5.199`, compared by its two numbers.
struct api_version {
  int major = 5;
  int minor = 199;
  [[nodiscard]] auto operator<=>(const api_version&) const noexcept = default;
};

/// Nothing unless the text is two numbers with a point.
[[nodiscard]] std::optional<api_version> read_version(std::string_view text) noexcept;
[[nodiscard]] std::string to_string(api_version version);

/// The newest version that the emulator knows.
inline constexpr api_version newest_version{5, 199};
/// Below it VK sends a warning in place of the object.
inline constexpr api_version oldest_version{5, 81};

struct community_event_type {
  std::string_view name;
  bool in_long_poll = true;  ///< Whether it can be switched on there.
};

inline constexpr std::size_t community_event_count = 56;
/// A bit per type, in the order of `community_event_types`.
using event_set = std::bitset<community_event_count>;

/// All types that can be switched on and off.
[[nodiscard]] std::span<const community_event_type> community_event_types() noexcept;
/// Nothing: the type has no switch.
[[nodiscard]] std::optional<std::size_t> event_index(std::string_view type) noexcept;
[[nodiscard]] event_set all_event_types() noexcept;

/// What one transport of a community sends.
struct transport_settings {
  api_version version = newest_version;
  bool enabled = true;
  event_set events = all_event_types();

  /// Types without a switch always pass.
  [[nodiscard]] bool wants(std::string_view type) const noexcept {
    const auto index = event_index(type);
    return enabled && (!index || events.test(*index));
  }
};

}  // namespace vkxx::emulation::detail
