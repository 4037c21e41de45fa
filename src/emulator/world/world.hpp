/// @file
/// The world that the methods of the emulator read and change. Pure state: no I/O, no clock.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include <vkxx/core/token_kind.hpp>
#include <vkxx/emulator/world_tokens.hpp>

namespace vkxx::emulation::detail {

[[nodiscard]] std::string_view to_string(token_kind kind) noexcept;

struct token_record {
  std::string text;
  token_kind kind = token_kind::user;
  std::int64_t owner = 0;  ///< The user's or the community's id; of a service token the app's.
  std::string trouble;     ///< Not empty: why the token is refused, the tail of error 5.
  bool banned = false;     ///< The refusal carries `ban_info`.
};

/// A text in Cyrillic and in Latin letters.
struct spelling {
  std::string cyrillic;
  std::string latin;
};

struct city {
  std::int64_t id = 0;
  spelling title;
};

struct person {
  std::int64_t id = 0;
  spelling first_name;
  spelling last_name;
  std::string screen_name;
  int sex = 2;  ///< 1 female, 2 male
  std::string birthday;
  std::int64_t city = 0;
  std::string deactivated;  ///< Empty, `deleted` or `banned`.
  bool closed = false;
  bool verified = false;
  std::int64_t followers = 0;
  std::vector<std::int64_t> friends;
  std::string status;
};

struct community {
  std::int64_t id = 0;
  std::string name;
  std::string screen_name;
  std::string type = "group";  ///< `group`, `page` or `event`
  int closed = 0;
  std::int64_t members = 0;
  std::string description;
  std::string status;
  std::vector<std::int64_t> administrators;  ///< Ids of users.
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
};

struct message {
  std::int64_t id = 0;
  std::int64_t from = 0;
  std::int64_t peer = 0;
  std::int64_t date = 0;
  std::int64_t random_id = 0;
  std::string text;
  std::int64_t number = 1;  ///< Of this sender in this conversation.
};

/// The state of all methods. Owner ids are VK's: users positive, communities negative.
class world {
 public:
  /// The initial world, which is always the same.
  world();
  world(const world&) = delete;
  world& operator=(const world&) = delete;

  [[nodiscard]] const token_record* token(std::string_view text) const noexcept;
  void add_token(token_record record);
  /// Revokes the token with this reason; does nothing if there is no such token.
  void spoil_token(std::string_view text, std::string trouble);
  [[nodiscard]] world_tokens tokens() const;

  [[nodiscard]] person* find_person(std::int64_t id) noexcept;
  [[nodiscard]] person* find_person(std::string_view screen_name) noexcept;
  [[nodiscard]] community* find_community(std::int64_t id) noexcept;
  [[nodiscard]] community* find_community(std::string_view screen_name) noexcept;
  /// The first of the communities that the user does not administer; nothing if there is none.
  [[nodiscard]] std::optional<std::int64_t> not_administered(
      std::int64_t user, const std::vector<std::int64_t>& communities) const;
  [[nodiscard]] const city* find_city(std::int64_t id) const noexcept;
  [[nodiscard]] const std::vector<person>& people() const noexcept { return people_; }
  [[nodiscard]] const std::vector<community>& communities() const noexcept { return communities_; }

  /// The posts of a wall, oldest first, deleted ones included.
  [[nodiscard]] std::vector<wall_post>& wall(std::int64_t owner) { return walls_[owner]; }
  /// Reserves space for a post of `bytes`; false if the walls are full, which bounds searches.
  [[nodiscard]] bool take_wall_space(std::size_t bytes) noexcept;
  [[nodiscard]] const std::map<std::int64_t, std::vector<wall_post>>& walls() const noexcept {
    return walls_;
  }
  /// The post that an author created with this `guid` on a wall; 0: none yet.
  [[nodiscard]] std::int64_t post_of_guid(std::int64_t owner, std::int64_t author,
                                          std::string_view guid) const {
    const auto found = guids_.find({owner, author, std::string{guid}});
    return found == guids_.end() ? 0 : found->second;
  }
  void remember_guid(std::int64_t author, std::string_view guid, const wall_post& post) {
    guids_[{post.owner, author, std::string{guid}}] = post.id;
  }
  /// Values of `storage.*`, of one user or global (user 0).
  [[nodiscard]] std::map<std::string, std::string, std::less<>>& storage(std::int64_t user) {
    return storage_[user];
  }
  [[nodiscard]] std::deque<message>& messages() noexcept { return messages_; }

 private:
  // By their texts. Addresses are stable, because a running script refers to its caller's token.
  std::deque<token_record> tokens_;
  std::unordered_map<std::string_view, token_record*> token_index_;
  std::vector<city> cities_;
  std::vector<person> people_;
  std::vector<community> communities_;
  std::map<std::int64_t, std::vector<wall_post>> walls_;
  std::map<std::tuple<std::int64_t, std::int64_t, std::string>, std::int64_t> guids_;
  std::size_t wall_space_ = std::size_t{8} << 20U;
  std::map<std::int64_t, std::map<std::string, std::string, std::less<>>> storage_;
  std::deque<message> messages_;
};

/// Creates the initial world.
[[nodiscard]] std::vector<token_record> first_tokens();
[[nodiscard]] std::vector<city> first_cities();
[[nodiscard]] std::vector<person> first_people();
[[nodiscard]] std::vector<community> first_communities();
[[nodiscard]] std::map<std::int64_t, std::vector<wall_post>> first_walls();

}  // namespace vkxx::emulation::detail
