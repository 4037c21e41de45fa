/// @file
/// Commands that change walls.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "emulator/world/command_base.hpp"

namespace vkxx::emulation::detail {

/// Of who changes what; posts are named by the wall's owner and their id.
class wall_commands : private command_base {
 public:
  wall_commands(world& state, const command_context& context) : command_base{state, context} {}

  /// A repost is a post with `wall-1_2` among its attachments.
  /// @param post whose id is set here.
  /// @param guid identifies retries of the actor; empty: none.
  /// @return the id; nothing if the walls are full.
  std::optional<std::int64_t> publish(std::int64_t actor, wall_post post, std::string_view guid);
  /// Does nothing if there is no such post.
  void remove(std::int64_t actor, std::int64_t owner, std::int64_t post);
  /// @return false if there is no such post, or it was not deleted.
  bool restore(std::int64_t actor, std::int64_t owner, std::int64_t post);
  /// @return false if there is no such post, or the walls are full.
  bool edit(std::int64_t actor, std::int64_t owner, std::int64_t post, std::string text,
            std::string attachments);
  /// Publishes a postponed post. @return false if there is no such post.
  bool publish_now(std::int64_t actor, std::int64_t owner, std::int64_t post);
  /// A wall has one pinned post. @return false if there is no such post.
  bool pin(std::int64_t actor, std::int64_t owner, std::int64_t post, bool on);
  /// @return whether that changed anything.
  bool set_comments_closed(std::int64_t owner, std::int64_t post, bool closed);

  /// @return the comment's id; nothing if there is no such post, or the walls are full.
  std::optional<std::int64_t> comment(std::int64_t actor, std::int64_t owner, std::int64_t post,
                                      std::string text);
  /// @param draft whose id and date are set here. @param guid identifies retries; empty: none.
  std::optional<std::int64_t> comment(std::int64_t actor, std::int64_t owner, std::int64_t post,
                                      wall_comment draft, std::string_view guid);
  bool edit_comment(std::int64_t actor, std::int64_t owner, std::int64_t post, std::int64_t comment,
                    std::string text, std::string attachments);
  bool remove_comment(std::int64_t actor, std::int64_t owner, std::int64_t post,
                      std::int64_t comment);
  bool restore_comment(std::int64_t actor, std::int64_t owner, std::int64_t post,
                       std::int64_t comment);

  /// @return the number of likes; nothing if there is no such post.
  std::optional<std::size_t> like(std::int64_t actor, std::int64_t owner, std::int64_t post,
                                  bool on);
  std::optional<std::size_t> like_comment(std::int64_t actor, std::int64_t owner,
                                          std::int64_t comment, bool on);
  /// Of what is neither a post nor a comment. @return nothing if there are too many such objects.
  std::optional<std::size_t> like_object(std::int64_t actor, const liked_name& name, bool on);

 private:
  void report(event_kind kind, std::int64_t actor, std::int64_t owner, std::int64_t post,
              std::int64_t comment = 0);
  /// Tells the post that this one contains.
  void link_repost(const wall_post& copy, bool on);
  wall_comment* comment_of(std::int64_t owner, std::int64_t post, std::int64_t comment);
};

}  // namespace vkxx::emulation::detail
