/// @file
/// Commands that add what can be attached, and events from outside.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

#include "emulator/world/command_base.hpp"

namespace vkxx::emulation::detail {

class upload_commands : private command_base {
 public:
  upload_commands(world& state, const command_context& context) : command_base{state, context} {}

  /// @param actor who uploads; @param json the object as VK's answers show it.
  void add(std::int64_t actor, const attachment_name& name, std::string json);
  /// An event of any type for the transports of a community.
  /// @param details `type` and `object`, whatever they are, and perhaps a list of `transports`.
  /// @param bytes the size of the details as text.
  /// @return the number of the event.
  std::uint64_t inject(std::int64_t community, boost::json::object details, std::size_t bytes);
};

}  // namespace vkxx::emulation::detail
