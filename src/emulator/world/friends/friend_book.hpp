/// @file
/// Requests to become friends; the friends themselves are part of each user.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <utility>

namespace vkxx::emulation::detail {

struct friend_request {
  std::int64_t date = 0;  ///< Unix time.
  std::string text;
  bool declined = false;  ///< Its author stays a follower.
};

/// As VK's `friend_status`.
enum class friend_state : std::uint8_t { none, outgoing, incoming, friends };

class friend_book {
 public:
  using pair = std::pair<std::int64_t, std::int64_t>;

  [[nodiscard]] const friend_request* find(std::int64_t from, std::int64_t to) const {
    const auto found = incoming_.find({to, from});
    return found == incoming_.end() ? nullptr : &found->second;
  }
  /// Requests to the user: pairs of the user and an author, by author.
  [[nodiscard]] auto incoming(std::int64_t user) const {
    return std::ranges::subrange{incoming_.lower_bound({user, 0}),
                                 incoming_.upper_bound({user, last_id})};
  }
  /// Requests of the user: pairs of the user and whom they are for.
  [[nodiscard]] auto outgoing(std::int64_t user) const {
    return std::ranges::subrange{outgoing_.lower_bound({user, 0}),
                                 outgoing_.upper_bound({user, last_id})};
  }
  [[nodiscard]] std::size_t size() const noexcept { return incoming_.size(); }

  void set(std::int64_t from, std::int64_t to, friend_request request) {
    incoming_.insert_or_assign(pair{to, from}, std::move(request));
    outgoing_.insert({from, to});
  }
  bool remove(std::int64_t from, std::int64_t to) {
    outgoing_.erase({from, to});
    return incoming_.erase({to, from}) != 0;
  }

 private:
  template <class>
  friend struct saved_part;

  static constexpr auto last_id = std::numeric_limits<std::int64_t>::max();

  std::map<pair, friend_request> incoming_;  ///< By receiver and author.
  std::set<pair> outgoing_;                  ///< Author and receiver.
};

}  // namespace vkxx::emulation::detail
