// A unit of work as the arguments of a script.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/state/state_unit.hpp>

namespace vkxx::redis::detail {

struct unit_words {
  std::vector<std::string> words;
  // What the process must hold for it.
  std::set<std::uint32_t> parts;
  std::vector<std::string> cursors;  // of these sources
  // It takes new rows in, which a Redis that is short of memory refuses. Everything else is needed
  // for the rows that are there, or they would never go: then there would never be memory again.
  bool takes_in = false;
};

// Of a lane. All processes must agree on it, whatever built them.
[[nodiscard]] std::uint32_t part_of_lane(std::string_view lane, std::uint32_t parts) noexcept;
// Of a row.
[[nodiscard]] constexpr std::uint32_t part_of_row(std::uint64_t seq, std::uint32_t parts) noexcept {
  return static_cast<std::uint32_t>(seq % parts);
}

[[nodiscard]] unit_words words_of(state_unit unit, std::uint32_t parts);

}  // namespace vkxx::redis::detail
