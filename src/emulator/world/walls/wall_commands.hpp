/// @file
/// Commands that change walls.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/world/command_base.hpp"

namespace vkxx::emulation::detail {

class wall_commands : private command_base {
 public:
  wall_commands(world& state, const command_context& context) : command_base{state, context} {}

  /// @param post whose id is set here.
  /// @param guid identifies retries of the actor; empty: none.
  /// @return the id; nothing if the walls are full.
  std::optional<std::int64_t> publish(std::int64_t actor, wall_post post, std::string_view guid);
  /// Both do nothing if there is no such post.
  void remove(std::int64_t actor, std::int64_t owner, std::int64_t post);
  void edit(std::int64_t actor, std::int64_t owner, std::int64_t post, std::string text,
            std::string attachments);
  /// @return the comment's id; nothing if there is no such post, or the walls are full.
  std::optional<std::int64_t> comment(std::int64_t actor, std::int64_t owner, std::int64_t post,
                                      std::string text);
  bool remove_comment(std::int64_t actor, std::int64_t owner, std::int64_t post,
                      std::int64_t comment);
  /// @return the number of likes; nothing if there is no such post.
  std::optional<std::size_t> like(std::int64_t actor, std::int64_t owner, std::int64_t post,
                                  bool on);

 private:
  void report(event_kind kind, std::int64_t actor, std::int64_t owner, std::int64_t post,
              std::int64_t comment = 0);
};

}  // namespace vkxx::emulation::detail
