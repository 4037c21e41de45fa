/// @file
/// The posts of all walls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace vkxx::emulation::detail {

struct wall_comment {
  std::int64_t id = 0;
  std::int64_t from = 0;
  std::int64_t date = 0;  ///< Unix time.
  std::string text;
  bool deleted = false;
  std::string attachments{};
  std::int64_t reply_to = 0;  ///< The comment that it answers; 0: none.
  std::int64_t thread = 0;    ///< The comment of the first level that it stands below; 0: none.
  std::set<std::int64_t> likes{};
};

/// A post by its wall and id.
using post_name = std::pair<std::int64_t, std::int64_t>;

struct wall_post {
  std::int64_t id = 0;
  std::int64_t owner = 0;
  std::int64_t from = 0;
  std::int64_t date = 0;  ///< Unix time.
  std::string text;
  std::string attachments;
  bool deleted = false;
  bool postponed = false;                ///< Hidden until its date.
  std::vector<wall_comment> comments{};  ///< By ascending id, deleted ones included.
  std::set<std::int64_t> likes{};        ///< The users who like it.
  std::int64_t edited = 0;               ///< Unix time of the last edit; 0: none.
  std::int64_t signer = 0;               ///< The user who signed a post of a community; 0: nobody.
  bool comments_closed = false;
  bool pinned = false;
  /// The posts that contain this one, without deleted ones.
  std::vector<post_name> reposts{};

  /// Null if there is no such comment; deleted ones are found, too.
  [[nodiscard]] const wall_comment* find_comment(std::int64_t comment) const;
};

/// Something with likes beside posts and comments: `photo`, its owner, its id.
using liked_name = std::tuple<std::string, std::int64_t, std::int64_t>;

class wall_book {
 public:
  using all_walls = std::map<std::int64_t, std::vector<wall_post>>;

  /// The initial posts, which are always the same.
  wall_book();

  /// The posts of a wall, oldest first, deleted ones included.
  [[nodiscard]] const std::vector<wall_post>& wall(std::int64_t owner) const;
  [[nodiscard]] const all_walls& all() const noexcept { return walls_; }
  /// Null if there is none, or it was deleted.
  [[nodiscard]] const wall_post* find(std::int64_t owner, std::int64_t id) const;
  /// Deleted posts are found, too.
  [[nodiscard]] const wall_post* find_any(std::int64_t owner, std::int64_t id) const;
  /// The post, which may be deleted, that a comment stands below; null if there is no such comment.
  [[nodiscard]] const wall_post* post_of_comment(std::int64_t owner, std::int64_t comment) const;
  /// The post that a post contains (`wall-1_2` among its attachments); nothing if there is none.
  [[nodiscard]] static std::optional<post_name> original_of(const wall_post& post);
  /// The users who like something that is neither a post nor a comment.
  [[nodiscard]] const std::set<std::int64_t>& likes(const liked_name& name) const;
  /// The post that an author created with this `guid` on a wall; 0: none yet.
  [[nodiscard]] std::int64_t post_of_guid(std::int64_t owner, std::int64_t author,
                                          std::string_view guid) const;

  /// Reserves space for a text of `bytes`; false if the walls are full, which bounds searches.
  [[nodiscard]] bool take_space(std::size_t bytes) noexcept;
  /// Sets the post's id.
  wall_post& add(wall_post post);
  [[nodiscard]] wall_post* editable(std::int64_t owner, std::int64_t id);
  [[nodiscard]] wall_post* editable_any(std::int64_t owner, std::int64_t id);
  /// Null if there is no such comment below the post; deleted ones are found, too.
  [[nodiscard]] static wall_comment* editable_comment(wall_post& post, std::int64_t comment);
  /// Sets the comment's id, which differs from those of all posts and comments of the wall.
  wall_comment& add(wall_post& post, wall_comment comment);
  /// Null if there are too many such objects.
  [[nodiscard]] std::set<std::int64_t>* editable_likes(const liked_name& name);
  /// @param id of the post or the comment.
  void remember_guid(std::int64_t owner, std::int64_t author, std::string_view guid,
                     std::int64_t id);

 private:
  template <class>
  friend struct saved_part;

  all_walls walls_;
  std::map<std::int64_t, std::int64_t> last_ids_;  ///< Of posts and comments, by wall.
  std::map<std::pair<std::int64_t, std::int64_t>, std::int64_t> posts_of_comments_;
  std::map<liked_name, std::set<std::int64_t>> likes_;
  std::map<std::tuple<std::int64_t, std::int64_t, std::string>, std::int64_t> guids_;
  std::size_t space_ = std::size_t{8} << 20U;
};

}  // namespace vkxx::emulation::detail
