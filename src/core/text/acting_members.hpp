// Who did what an update reports.
#pragma once

#include <array>
#include <string_view>

namespace vkxx::detail {

// The members of its object that say so, in VK's various words; the first that is there counts.
inline constexpr std::array<std::string_view, 5> acting_members{"user_id", "from_id", "liker_id",
                                                                "reacted_id", "deleter_id"};

}  // namespace vkxx::detail
