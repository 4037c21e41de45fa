/// @file
/// Which updates are handled one after another.
#pragma once

#include <functional>
#include <string>

#include <vkxx/updates/update.hpp>

namespace vkxx {

/// A *lane*: updates of the same lane are handled in order, one at a time; those of different lanes
/// side by side.
struct update_lane {
  std::string share;  ///< shares take turns, so that a loud one does not delay others: a community
  std::string name;   ///< the lane inside the share, such as `peer/1`

  [[nodiscard]] friend bool operator==(const update_lane&, const update_lane&) = default;
};

/// Chooses the lane of an update.
using lane_function = std::function<update_lane(const update&)>;

/// The lane unless a program chooses others. The share is the community, or `-`. The lane is the
/// conversation of what belongs to one; what a user does elsewhere (typing, permissions, joining)
/// has the lane of the conversation with that user; comments have the lane of their post, photo,
/// video, topic or item; everything else has one lane per type.
[[nodiscard]] update_lane default_lane(const update& received);

/// As `default_lane`, but in a chat each member has a lane, so that members do not wait for each
/// other. State of the whole chat is then written from several lanes at a time.
[[nodiscard]] update_lane lane_by_sender(const update& received);

}  // namespace vkxx
