/// @file
/// The fields of a community, as `fields` of `groups.getById` names them.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "emulator/methods/method.hpp"

namespace vkxx::emulation::detail {

/// A community as the caller sees it.
struct seen_community {
  const method_call& request;
  const community& group;
  bool member = false;  ///< The caller belongs to it.
  bool admin = false;   ///< The caller administers it, or is the community.

  /// Whether its wall and lists are open to the caller.
  [[nodiscard]] bool open() const noexcept { return group.closed == 0 || member || admin; }
};

[[nodiscard]] seen_community seen_community_by(const method_call& request, const community& group);

/// Adds the member that the field names; unknown names add nothing.
void add_group_field(boost::json::object& shown, const seen_community& seen,
                     std::string_view field);

/// The community of the required parameter `group_id`. @throws api_failure 100, 125
[[nodiscard]] const community& required_group(const method_call& request);
/// The same, which the caller administers or is. @throws api_failure 15, 100, 125
[[nodiscard]] const community& administered_group(const method_call& request);

}  // namespace vkxx::emulation::detail
