/// @file
/// The rows of `wall.*`, and the shapes that they share.
#pragma once

#include <boost/json/object.hpp>
#include <set>

#include "emulator/methods/messages/message_rows.hpp"

namespace vkxx::emulation::detail {

void add_wall_reading(method_table& table);
void add_wall_writing(method_table& table);
void add_wall_comments(method_table& table);

/// Adds `profiles` and `groups` of these ids with the requested `fields`.
void show_authors(const method_call& request, const std::set<std::int64_t>& authors,
                  boost::json::object& answer);
/// `likes` of a post, with whether the caller may like it.
[[nodiscard]] boost::json::object likes_object(const method_call& request,
                                               const std::set<std::int64_t>& likes, bool open);
/// The comments of a post that readers see.
[[nodiscard]] std::int64_t shown_comments(const wall_post& post);
/// A post with `copy_history` of at most `depth` posts.
[[nodiscard]] boost::json::object post_with_history(const method_call& request,
                                                    const wall_post& post, std::int64_t depth);

}  // namespace vkxx::emulation::detail
