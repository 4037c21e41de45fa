/// @file
/// Who belongs to which community, who asks to, and who is banned.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace vkxx::emulation::detail {

struct community_member {
  std::int64_t user = 0;
  std::uint64_t order = 0;  ///< Of joining.
  bool unsure = false;      ///< Of an event: may come.
};

/// A ban as `groups.getBanned` shows it.
struct community_ban {
  std::int64_t admin = 0;
  std::int64_t date = 0;
  std::int64_t end_date = 0;  ///< 0: for ever.
  int reason = 0;             ///< 0 other, 1 spam, 2 insults, 3 swearing, 4 off topic.
  std::string comment;
  bool comment_visible = false;
};

class membership_book {
 public:
  using ban_map = std::map<std::int64_t, community_ban>;

  /// The members of a community, by ascending id.
  [[nodiscard]] const std::vector<community_member>& members(std::int64_t community) const;
  /// The same in order of joining.
  [[nodiscard]] const std::vector<community_member>& by_time(std::int64_t community) const;
  [[nodiscard]] const community_member* find(std::int64_t community, std::int64_t user) const;
  [[nodiscard]] bool is_member(std::int64_t community, std::int64_t user) const {
    return find(community, user) != nullptr;
  }
  /// Whether the user waits for the administrators of a closed community.
  [[nodiscard]] bool has_request(std::int64_t community, std::int64_t user) const {
    return requests_.contains({community, user});
  }
  [[nodiscard]] std::size_t requests(std::int64_t community) const;
  /// Who waits, by ascending id.
  [[nodiscard]] std::vector<std::int64_t> requests_of(std::int64_t community) const;
  /// Who is banned: users, and communities by negative ids.
  [[nodiscard]] const ban_map& bans(std::int64_t community) const;
  [[nodiscard]] const community_ban* find_ban(std::int64_t community, std::int64_t member) const;
  /// The ban that ends first, if it ends until `date`: the community and who is banned.
  [[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> ended_ban(
      std::int64_t date) const;

  /// When that is, whatever the date: Unix time.
  [[nodiscard]] std::optional<std::int64_t> first_ban_end() const {
    return ends_.empty() ? std::nullopt : std::optional{ends_.begin()->first};
  }

  /// @return false if nothing changes.
  bool add(std::int64_t community, std::int64_t user, bool unsure = false);
  bool remove(std::int64_t community, std::int64_t user);
  bool add_request(std::int64_t community, std::int64_t user);
  bool remove_request(std::int64_t community, std::int64_t user);
  void set_ban(std::int64_t community, std::int64_t member, community_ban ban);
  bool remove_ban(std::int64_t community, std::int64_t member);

 private:
  template <class>
  friend struct saved_part;

  struct member_lists {
    std::vector<community_member> by_id;
    std::vector<community_member> by_time;
  };

  std::map<std::int64_t, member_lists> members_;
  std::set<std::pair<std::int64_t, std::int64_t>> requests_;  ///< Community and user.
  std::map<std::int64_t, ban_map> bans_;
  /// The end, the community and who is banned, of bans that end.
  std::set<std::pair<std::int64_t, std::pair<std::int64_t, std::int64_t>>> ends_;
  std::uint64_t last_order_ = 0;
};

}  // namespace vkxx::emulation::detail
