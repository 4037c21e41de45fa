/// @file
/// The files in which changes are recorded, beside the snapshot that they continue:
/// `FILE.log-NUMBER`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

/// The log of the changes of a world.
///
/// What was appended is in the system's cache: it survives the end of the process, however sudden.
/// Thread safety: safe to share.
class change_log {
 public:
  /// The most bytes that wait in memory while the disk is full.
  static constexpr std::size_t most_waiting = std::size_t{64} << 20U;

  explicit change_log(std::string world_path) : path_{std::move(world_path)} {}
  change_log(const change_log&) = delete;
  change_log& operator=(const change_log&) = delete;
  ~change_log() { close(); }

  /// Continues in a new file. False: it cannot be made, or something still waits for the disk; then
  /// nothing has changed.
  [[nodiscard]] bool turn_to(std::uint64_t number);
  /// The same although something was lost: a snapshot that contains it is about to be written.
  /// @return why the file cannot be made; 0: it was made.
  [[nodiscard]] int begin_again(std::uint64_t number);
  /// Writes the record; it waits in memory if there is no space.
  void append(std::string_view record) noexcept;
  /// A change has no record: only a new snapshot contains it.
  void lose() noexcept;
  /// Writes what waits.
  void retry() noexcept;
  /// Waits until the disk has what was appended before. Does nothing if nothing was.
  void sync();
  /// Whether records were lost, or their file is no longer where the next run looks for it.
  [[nodiscard]] bool lost() const;
  /// Of the records in the current file.
  [[nodiscard]] std::uint64_t bytes() const;
  /// Why records cannot be written now; empty: they are.
  [[nodiscard]] std::string failure() const;
  [[nodiscard]] std::uint64_t number() const;
  /// Removes the files before this one.
  void remove_before(std::uint64_t number) const;
  /// Ends; all files are removed.
  void remove_all();

 private:
  void close() noexcept;
  void write_waiting() noexcept;
  [[nodiscard]] int open_locked(std::uint64_t number);

  const std::string path_;
  mutable std::mutex mutex_;
  int descriptor_ = -1;
  std::uint64_t number_ = 0;
  std::uint64_t size_ = 0;    // Of the whole records in the file.
  std::uint64_t synced_ = 0;  // What the disk has of it.
  std::string waiting_;
  bool lost_ = false;
  int failure_ = 0;
};

/// `FILE.log-NUMBER`
[[nodiscard]] std::string change_log_name(const std::string& world_path, std::uint64_t number);
/// The logs beside a world, by their numbers.
[[nodiscard]] std::map<std::uint64_t, std::string> change_logs_of(const std::string& world_path);

/// What was found behind a snapshot.
struct found_changes {
  std::uint64_t records = 0;
  /// At the end, of a record that was not written whole or does not have its check sum; with the
  /// logs that follow.
  std::uint64_t torn_bytes = 0;
  /// There is no log of this number, or it is empty, although the snapshot names it.
  bool missing = false;
};

/// Changes that another version of the program has recorded: made again by this one, they may come
/// out differently.
class other_program_failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Calls the function with each record from this log on, in their order.
/// @throws world_file_failure if a log cannot be read, other_program_failure, and what the function
/// throws
found_changes read_changes(const std::string& world_path, std::uint64_t number,
                           const std::function<void(std::string_view record)>& each);

}  // namespace vkxx::emulation::detail
