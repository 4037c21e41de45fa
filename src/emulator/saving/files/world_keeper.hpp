/// @file
/// Keeps the world in a file while an emulator runs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "emulator/saving/changes/change_log.hpp"
#include "emulator/saving/changes/change_sink.hpp"
#include "emulator/saving/files/world_file.hpp"
#include "emulator/saving/snapshot.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {

/// The pause between snapshots after one that took `span`: at least the interval, and
/// so long that requests wait for snapshots at most a twentieth of the time.
[[nodiscard]] std::chrono::milliseconds pause_after(std::chrono::milliseconds interval,
                                                    std::chrono::nanoseconds span) noexcept;

struct keeper_limits {
  /// Between looks at the log and at the disk.
  std::chrono::milliseconds interval = std::chrono::seconds{1};
  /// A log that is longer than this and than the snapshot becomes a snapshot.
  std::uint64_t log_bytes = std::uint64_t{4} << 20U;
  /// Above: a warning that the world may become too large.
  std::size_t warned_bytes = largest_snapshot / 4 * 3;
};

/// Keeps a world in a snapshot and the log of the changes after it.
///
/// Each change is in the log before anybody sees it, so the end of the process loses nothing. A
/// thread makes the log a new snapshot when it is long, waits for the disk once in an interval, and
/// reports what cannot be written, once for each reason, until it can be.
class world_keeper final : private change_sink {
 public:
  /// Writes a snapshot and starts a thread, unless the path is empty.
  /// @param answers lives longer.
  /// @throws std::invalid_argument if the file cannot be written.
  world_keeper(service& answers, std::string path, const keeper_limits& limits = {});
  ~world_keeper() override { stop(); }

  /// Writes the whole world; then there is no log. Further calls do nothing.
  void stop();

 private:
  void append(std::string_view record) noexcept override { log_.append(record); }
  void lose() noexcept override { log_.lose(); }
  [[nodiscard]] std::unique_ptr<successor> prepare(
      const std::function<std::string(std::uint64_t)>& snapshot) noexcept override;
  void replaced(const std::function<std::string(std::uint64_t)>& snapshot) noexcept override;
  class prepared_world;
  void begin_world(std::uint64_t log, new_world_file& file, std::size_t bytes);
  void note_world(std::string failed, std::size_t bytes) noexcept;
  std::uint64_t begin_log_again();
  std::string write_beside(const std::function<std::uint64_t()>& next_number);
  void run();
  void look();
  void write_whole();
  void shorten_log();
  void write_last();
  [[nodiscard]] bool is_log_long();
  void note_failure(std::string failure);
  void warn_of_size();

  service& answers_;
  const std::string path_;
  const keeper_limits limits_;
  change_log log_;
  bool warned_ = false;
  std::chrono::steady_clock::time_point next_snapshot_{};
  std::string reported_;  // Of what cannot be written; empty: all was.
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  // Under the lock of the world, or before the thread and after it.
  std::size_t written_bytes_ = 0;
  std::string failure_;
  std::mutex facts_mutex_;  // Of the two above.
  std::mutex preparing_;    // One world at a time has the name of the file beside.
  // While a file takes its place. Of worlds that have replaced one another: a snapshot of an
  // earlier one comes too late. It changes under the lock of the world, too.
  std::mutex files_mutex_;
  std::uint64_t worlds_ = 0;
  std::thread thread_;
};

}  // namespace vkxx::emulation::detail
