/// @file
/// A store in one file. In the library `vkxx::state_sqlite`.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include <vkxx/core/clock.hpp>
#include <vkxx/state/state_store.hpp>

namespace vkxx {

namespace detail {
class sqlite_worker;
}  // namespace detail

/// What a committed unit survives.
enum class sqlite_durability {
  /// A power cut. Each group of commits waits for the disk.
  full,
  /// A crash of the process. After a power cut the last units may be missing, in the order of their
  /// commits and each as a whole. Not for callbacks, whose updates VK does not repeat.
  normal,
};

/// The options of a `sqlite_state`.
class sqlite_options {
 public:
  /// What a commit survives; `full` by default.
  sqlite_options& durability(sqlite_durability level);
  /// How long a commit waits for others to share the disk's work with; 2 ms by default, 0 to 1 s.
  /// It only waits while there are many.
  sqlite_options& group_time(duration limit);

  /// How long `open` waits for another process that holds the file, such as one that is still
  /// ending; 5 s by default, 0 to 10 min.
  sqlite_options& lock_time(duration limit);
  /// How many dead letters are kept; 10,000 by default, at least 1. The oldest are removed, which
  /// the dispatcher reports (`dispatch_notice_kind::dead_letters_removed`).
  sqlite_options& max_dead(std::size_t count);

  [[nodiscard]] sqlite_durability durability() const noexcept { return durability_; }
  [[nodiscard]] duration group_time() const noexcept { return group_time_; }
  [[nodiscard]] duration lock_time() const noexcept { return lock_time_; }
  [[nodiscard]] std::size_t max_dead() const noexcept { return max_dead_; }

 private:
  sqlite_durability durability_ = sqlite_durability::full;
  duration group_time_ = std::chrono::milliseconds{2};
  duration lock_time_ = std::chrono::seconds{5};
  std::size_t max_dead_ = 10'000;
};

/// Keeps everything in a file of SQLite 3, and next to it a file with the ending `-wal`: the two
/// belong together, also when they are copied. The file is for one process at a time. It needs a
/// local file system.
///
/// A thread of its own does the work. A write that the disk refuses fails that commit and changes
/// nothing; the store works again once there is space. If the file or its log is removed, moved,
/// replaced, or written to by another program while it is open, every commit fails from then on.
class sqlite_state final : public state_store {
 public:
  /// Opens the file, or creates it with the rights 0600.
  ///
  /// Blocks: a moment, after a crash as long as it takes to read the log, and at most
  /// `sqlite_options::lock_time` while another process holds the file. Errors:
  /// `errc::state_failed` if another process holds the file, if it is damaged, of another program,
  /// or of a newer version of the library; the text says which. `errc::invalid_argument` if an
  /// option is out of its range.
  [[nodiscard]] static result<std::shared_ptr<sqlite_state>> open(const std::string& path,
                                                                  const sqlite_options& options);
  /// The same with the default options.
  [[nodiscard]] static result<std::shared_ptr<sqlite_state>> open(const std::string& path);
  /// For `open`.
  explicit sqlite_state(std::shared_ptr<detail::sqlite_worker> worker);
  /// Completes all operations, and closes the file. Blocks meanwhile.
  ~sqlite_state() override;

  [[nodiscard]] asio::awaitable<result<commit_receipt>> commit(state_unit unit) override;
  [[nodiscard]] asio::awaitable<result<inbox_summary>> recover() override;
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

  /// Reads the whole file and checks its structure; commits wait meanwhile. Fails with
  /// `errc::state_failed` and SQLite's description of the damage. Otherwise see `state_store`.
  [[nodiscard]] asio::awaitable<result<void>> check_integrity();

 private:
  std::shared_ptr<detail::sqlite_worker> worker_;
};

}  // namespace vkxx
