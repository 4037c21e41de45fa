/// @file
/// The posts of all walls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
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
};

struct wall_post {
  std::int64_t id = 0;
  std::int64_t owner = 0;
  std::int64_t from = 0;
  std::int64_t date = 0;  ///< Unix time.
  std::string text;
  std::string attachments;
  bool deleted = false;
  bool postponed = false;  ///< Hidden until its date.
  std::vector<wall_comment> comments{};
  std::set<std::int64_t> likes{};  ///< The users who like it.
};

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
  /// The post that an author created with this `guid` on a wall; 0: none yet.
  [[nodiscard]] std::int64_t post_of_guid(std::int64_t owner, std::int64_t author,
                                          std::string_view guid) const;

  /// Reserves space for a text of `bytes`; false if the walls are full, which bounds searches.
  [[nodiscard]] bool take_space(std::size_t bytes) noexcept;
  /// Sets the post's id.
  wall_post& add(wall_post post);
  [[nodiscard]] wall_post* editable(std::int64_t owner, std::int64_t id);
  void remember_guid(std::int64_t author, std::string_view guid, const wall_post& post);

 private:
  all_walls walls_;
  std::map<std::tuple<std::int64_t, std::int64_t, std::string>, std::int64_t> guids_;
  std::size_t space_ = std::size_t{8} << 20U;
};

}  // namespace vkxx::emulation::detail
