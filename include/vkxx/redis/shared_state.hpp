/// @file
/// A store that several processes share through Redis.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/redis/options.hpp>
#include <vkxx/state/shared_inbox.hpp>
#include <vkxx/state/state_store.hpp>

namespace vkxx::redis {

namespace detail {
class state_host;
}  // namespace detail

/// How processes share a store. All of them must use the same values. A value class.
class shared_state_options {
 public:
  /// Into how many parts the inbox is divided; 64 by default, 1 to 256. A part belongs to one
  /// process at a time, so it also bounds the number of processes that have work. Fixed when the
  /// store is used first.
  shared_state_options& parts(std::uint32_t count);
  /// How long a part or a source belongs to a process that is no longer heard of; 10 s by default,
  /// 1 s to 10 min. Each process shows that it lives three times in that time.
  shared_state_options& lease_time(duration time);
  /// How many dead letters are kept; 10,000 by default, at least 1. The oldest are removed, which
  /// the dispatcher reports (`dispatch_notice_kind::dead_letters_removed`).
  shared_state_options& max_dead(std::size_t count);
  /// Opens a store that exists, with the number of parts that it has, and does not create one; for
  /// tools. False by default.
  shared_state_options& existing(bool required);
  /// Accepts a Redis that loses everything when it ends (no AOF), for tests. False by default:
  /// opening it fails.
  shared_state_options& allow_volatile(bool allowed);

  [[nodiscard]] std::uint32_t parts() const noexcept { return parts_; }
  [[nodiscard]] duration lease_time() const noexcept { return lease_time_; }
  [[nodiscard]] std::size_t max_dead() const noexcept { return max_dead_; }
  [[nodiscard]] bool existing() const noexcept { return existing_; }
  [[nodiscard]] bool allow_volatile() const noexcept { return allow_volatile_; }

 private:
  std::uint32_t parts_ = 64;
  duration lease_time_ = std::chrono::seconds{10};
  std::size_t max_dead_ = 10'000;
  bool existing_ = false;
  bool allow_volatile_ = false;
};

/// Keeps the inbox, values and timers in Redis, for several processes that run the same bot.
///
/// The inbox is divided into parts by lane. Each part, and each source that is added to a
/// dispatcher by a function, belongs to one process at a time, by a lease with a number; Redis
/// refuses what a process commits under a lease that it lost. When processes come and go, parts
/// and sources move; handlers end before their part does.
///
/// An operation while Redis cannot be reached fails at once with `errc::state_failed`; the
/// dispatcher repeats it. If the connection is lost before the answer to a commit, its effect is
/// unknown (`error::effect`). A Redis that comes back with older data (AOF) counts as another one:
/// all leases are lost, and what is missing is handled again.
///
/// Owns one thread; destroying it waits for that. It cannot be used in a child of fork(): there all
/// operations fail with `errc::state_failed`. Needs Redis 7 or newer; Redis Cluster is not
/// supported. Otherwise see `state_store` and `shared_inbox`.
class shared_state final : public state_store, public shared_inbox {
 public:
  /// Connects, and checks that the store fits.
  ///
  /// Blocks: at most ten times `options::timeout`. Errors: `errc::invalid_argument` if an option is
  /// out of its range or a file of certificates cannot be read; `errc::state_failed` if Redis
  /// cannot be reached or refuses, has been divided into another number of parts, was written by a
  /// newer version of the library, may evict keys, has no AOF, is a replica or part of a cluster,
  /// or its user lacks a right; the text says which.
  [[nodiscard]] static result<std::shared_ptr<shared_state>> open(
      const options& server, const shared_state_options& options);
  /// The same with the default options.
  [[nodiscard]] static result<std::shared_ptr<shared_state>> open(const options& server);
  /// For `open`.
  explicit shared_state(std::shared_ptr<detail::state_host> host);
  /// Gives back what it holds if Redis can be reached. Blocks for at most `options::timeout`.
  ~shared_state() override;

  /// A dead letter that is revived gets another number, behind the rows of its lane, and is handled
  /// at once by the process that has its part. Otherwise see `state_store`.
  [[nodiscard]] asio::awaitable<result<commit_receipt>> commit(state_unit unit) override;
  /// Changes nothing: rows that were `running` become `waiting` when this process gets their part.
  /// No share is in the summary. Otherwise see `state_store`.
  [[nodiscard]] asio::awaitable<result<inbox_summary>> recover() override;
  /// After `join`, rows by share or lane are those of parts that this process holds; before it, and
  /// without share and lane, those of all parts.
  [[nodiscard]] asio::awaitable<result<inbox_page>> take(inbox_query query) override;
  /// As all of these: see `state_store`.
  [[nodiscard]] asio::awaitable<result<std::map<std::string, std::string>>> row_values(
      std::uint64_t seq) override;
  [[nodiscard]] asio::awaitable<result<std::vector<bool>>> seen(
      std::vector<std::string> keys) override;
  [[nodiscard]] asio::awaitable<result<std::string>> cursor(std::string source) override;
  [[nodiscard]] asio::awaitable<result<std::optional<state_value>>> read(std::string key) override;
  [[nodiscard]] asio::awaitable<result<due_timers>> timers(wall_time now,
                                                           std::size_t limit) override;
  [[nodiscard]] asio::awaitable<result<inbox_summary>> summary() override;
  [[nodiscard]] shared_inbox* sharing() noexcept override { return this; }

  void join(std::vector<std::string> sources) override;
  void change_sources(std::vector<std::string> sources) override;
  [[nodiscard]] asio::awaitable<result<std::vector<inbox_change>>> next_changes() override;
  void hand_over_part(std::uint32_t part) noexcept override;
  void hand_over_source(const std::string& source) noexcept override;
  [[nodiscard]] asio::awaitable<result<void>> leave() override;
  void resign() noexcept override;
  [[nodiscard]] std::uint64_t lease_of(std::uint32_t part) const noexcept override;

 private:
  std::shared_ptr<detail::state_host> host_;
};

}  // namespace vkxx::redis
