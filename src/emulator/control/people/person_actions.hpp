/// @file
/// What a user does, by the control API.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string_view>

#include "emulator/world/command_context.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// Runs an action: `say`, `press`, `read`, `type`, `react`, `edit`, `delete`, `pin`, `join`,
/// `leave`, `invite`, `allow`, `deny`.
/// @param person exists.
/// @return what the action made: `cmid`, `event_id` and so on.
/// @throws std::invalid_argument if the body or the name of the action is wrong.
/// @throws api_failure if VK would refuse it.
[[nodiscard]] boost::json::object act(world& state, const command_context& context,
                                      std::int64_t person, std::string_view action,
                                      const boost::json::object& body);

/// `full`, `no_callback` and so on.
[[nodiscard]] std::string_view to_string(client_kind client) noexcept;

/// Makes a user. `first_name`, `last_name`, `screen_name`, `sex`, `client`, `language`.
[[nodiscard]] boost::json::object make_person(world& state, const command_context& context,
                                              const boost::json::object& body);
/// Sets `client` of a user.
void change_person(world& state, const command_context& context, std::int64_t person,
                   const boost::json::object& body);
/// Makes a community with a token. `name`, `screen_name`, `type`, `admins`.
[[nodiscard]] boost::json::object make_community(world& state, const command_context& context,
                                                 const boost::json::object& body);
/// Makes a chat. `owner`, `title`, `members`.
[[nodiscard]] boost::json::object make_chat(world& state, const command_context& context,
                                            const boost::json::object& body);

}  // namespace vkxx::emulation::detail
