/// @file
/// The long poll of one mailbox: of a user, or of a community.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <ranges>
#include <string>
#include <utility>

#include "emulator/transports/community/community_channel.hpp"
#include "emulator/transports/users/user_line.hpp"

namespace vkxx::emulation::detail {

/// Keeps lines from the first request for a server on. `ts` numbers all lines, `pts` the lasting
/// ones.
class user_log {
 public:
  static constexpr std::int64_t first_ts = 1'820'000'000;
  static constexpr std::int64_t first_pts = 10'000'000;
  static constexpr std::size_t most_lines = 256;       ///< A poll that is further behind fails.
  static constexpr std::size_t most_lasting = 10'000;  ///< Of the history.

  struct entry {
    user_line line;
    std::int64_t pts = 0;  ///< Its own; 0: it is no lasting one.
  };
  using iterator = std::deque<entry>::const_iterator;

  /// @param unread conversations now.
  user_log(std::int64_t member, std::string first_key, std::int64_t unread)
      : key{std::move(first_key)}, member_{member}, unread_{unread} {}

  poll_key key;
  poll_faults faults;
  /// The highest `ts` that a poll has asked for or got; nothing: nobody has polled.
  std::optional<std::int64_t> taken{};

  /// Adds what the event is for this member. @return whether it is anything.
  bool add(const world& state, const std::shared_ptr<const world_event>& event);
  [[nodiscard]] poll_outcome poll(const world& state, const poll_query& query,
                                  random_source& random);
  void lose_history();
  /// No history is kept any more: `ts` and `pts` of before are void.
  void forget(std::string next_key);

  [[nodiscard]] std::int64_t member() const noexcept { return member_; }
  [[nodiscard]] std::int64_t ts() const noexcept { return last_ts_; }
  [[nodiscard]] std::int64_t pts() const noexcept { return last_pts_; }
  [[nodiscard]] std::int64_t oldest_ts() const noexcept;
  [[nodiscard]] std::int64_t oldest_pts() const noexcept { return oldest_pts_; }
  /// The lines after `ts`.
  [[nodiscard]] std::ranges::subrange<iterator> since(std::int64_t ts) const;
  [[nodiscard]] const std::deque<entry>& entries() const noexcept { return entries_; }
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  template <class>
  friend struct saved_part;

  void push(user_line line);
  [[nodiscard]] std::string lines_since(const world& state, std::int64_t ts,
                                        const poll_query& query, random_source& random);

  std::int64_t member_;
  std::deque<entry> entries_;  ///< Lines that are not lasting are dropped after 256 others.
  std::int64_t last_ts_ = first_ts;
  std::int64_t last_pts_ = first_pts;
  std::int64_t oldest_pts_ = first_pts;
  std::int64_t lost_until_ = 0;
  std::int64_t unread_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace vkxx::emulation::detail
