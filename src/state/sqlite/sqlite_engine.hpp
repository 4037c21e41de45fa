// The contents of a store in a file of SQLite.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <vkxx/core/result.hpp>
#include <vkxx/state/inbox_row.hpp>
#include <vkxx/state/sqlite_state.hpp>
#include <vkxx/state/state_unit.hpp>
#include "state/sqlite/linked_file.hpp"
#include "state/sqlite/log_lock.hpp"
#include "state/sqlite/sqlite_connection.hpp"

namespace vkxx::detail {

// Thread safety: for one thread at a time.
class sqlite_engine {
 public:
  // Takes the lock, and creates what is missing. Throws `sqlite_failure` and `sqlite_refusal`.
  sqlite_engine(const std::string& path, const sqlite_options& options);
  ~sqlite_engine();
  sqlite_engine(const sqlite_engine&) = delete;
  sqlite_engine& operator=(const sqlite_engine&) = delete;

  // Commits the units in one transaction: a result for each. Those with a conflict change nothing;
  // if the transaction fails, all fail.
  [[nodiscard]] std::vector<result<commit_receipt>> commit(std::vector<state_unit> units);
  // The others throw `sqlite_failure`.
  [[nodiscard]] inbox_summary recover();
  [[nodiscard]] inbox_page take(const inbox_query& query);
  [[nodiscard]] std::map<std::string, std::string> row_values(std::uint64_t seq);
  [[nodiscard]] std::vector<bool> seen(const std::vector<std::string>& keys);
  [[nodiscard]] std::string cursor(const std::string& source);
  [[nodiscard]] std::optional<state_value> read(const std::string& key);
  [[nodiscard]] due_timers timers(wall_time now, std::size_t limit);
  [[nodiscard]] inbox_summary summary();
  void check();

  // The error of an operation.
  [[nodiscard]] error failure(const sqlite_failure& cause) const;

 private:
  [[nodiscard]] result<commit_receipt> apply_unit(state_unit unit);
  // Which rows are finished by these units.
  void note_ends(const std::vector<state_unit>& units);
  void roll_back() noexcept;
  // The row must have been changed.
  void expect_row(std::uint64_t seq) const;

  void apply(put_row_change& change, commit_receipt& receipt);
  void apply(put_cursor_change& change, commit_receipt& receipt);
  void apply(begin_change& change, commit_receipt& receipt);
  void apply(finish_change& change, commit_receipt& receipt);
  void apply(retry_change& change, commit_receipt& receipt);
  void apply(release_change& change, commit_receipt& receipt);
  void apply(bury_change& change, commit_receipt& receipt);
  void apply(revive_change& change, commit_receipt& receipt);
  void apply(row_value_change& change, commit_receipt& receipt);
  void apply(write_change& change, commit_receipt& receipt);
  void apply(schedule_change& change, commit_receipt& receipt);
  void apply(cancel_timer_change& change, commit_receipt& receipt);
  void apply(take_timer_change& change, commit_receipt& receipt);
  void apply(forget_keys_change& change, commit_receipt& receipt);

  // Throws if the file or its log is no longer in its folder, or was written to by somebody else.
  void check_in_place();
  // What has become of the file; that somebody only changed its time is no matter.
  [[nodiscard]] file_fate fate_of_file();
  // Moves a log that has become long into the file.
  void shorten_log();
  std::size_t trim_dead();

  const std::string path_;
  const std::size_t max_dead_;
  std::unordered_set<std::uint64_t> ends_;  // of the transaction
  std::unique_ptr<log_lock> lock_;          // before the connection, which it outlives
  sqlite_connection db_;
  // After the connection, which creates them.
  std::optional<linked_file> file_;
  std::optional<linked_file> log_;
  std::size_t sample_ = 0;  // of the file as this process left it
};

// The same; the error is for a person. Waits for another process as long as the options say.
[[nodiscard]] result<std::unique_ptr<sqlite_engine>> open_engine(const std::string& path,
                                                                 const sqlite_options& options);

}  // namespace vkxx::detail
