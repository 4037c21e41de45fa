/// @file
/// Commands that add what can be attached, and events from outside.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "emulator/world/command_base.hpp"

namespace vkxx::emulation::detail {

class upload_commands : private command_base {
 public:
  upload_commands(world& state, const command_context& context) : command_base{state, context} {}

  /// @param actor who uploads; @param json the object as VK's answers show it.
  void add(std::int64_t actor, const attachment_name& name, std::string json);
  /// An event of any type for the transports of a community, whatever its object.
  /// @param bytes the size of the object as text.
  void inject(std::int64_t community, std::string type, boost::json::value object,
              std::size_t bytes);
};

}  // namespace vkxx::emulation::detail
