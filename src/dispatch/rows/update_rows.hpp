// Updates as rows of the inbox.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/dispatch/update_lane.hpp>
#include <vkxx/state/inbox_row.hpp>
#include <vkxx/updates/update_source.hpp>

namespace vkxx::detail {

// The keys by which it is recognized when it comes again. Those of different transports are the
// same. None: it is recognized by its cursor only.
[[nodiscard]] std::vector<std::string> duplicate_keys(const update& received,
                                                      std::string_view source);
// Identifies the update for its handler. `cursor` and `position`: of its batch, and in it.
[[nodiscard]] std::string event_key_of(const update& received, std::string_view source,
                                       const update_cursor& cursor, std::size_t position);

[[nodiscard]] inbox_row row_of(const update& received, std::string_view source,
                               const update_cursor& cursor, std::size_t position,
                               const lane_function& lanes);
// The row of a timer that is due.
[[nodiscard]] inbox_row row_of(const state_timer& timer, wall_time now);

}  // namespace vkxx::detail
