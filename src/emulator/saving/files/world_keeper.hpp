/// @file
/// Keeps the world in a file while an emulator runs.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "emulator/saving/snapshot.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {

/// The pause between snapshots after one that took `span`: at least the interval, and
/// so long that requests wait for snapshots at most a twentieth of the time.
[[nodiscard]] std::chrono::milliseconds pause_after(std::chrono::milliseconds interval,
                                                    std::chrono::nanoseconds span) noexcept;

/// Writes after changes, at most once in an interval, and at the end. What cannot be written is
/// logged once, and tried again after each pause and at the end. A world that comes near the
/// largest size that can be read is logged once, too.
class world_keeper {
 public:
  /// Starts a thread, unless the path is empty.
  /// @param answers lives longer.
  /// @throws std::invalid_argument if the file cannot be written.
  /// @param warned_bytes above: a warning that the world may become too large.
  world_keeper(service& answers, std::string path,
               std::chrono::milliseconds interval = std::chrono::seconds{1},
               std::size_t warned_bytes = largest_snapshot / 4 * 3);
  world_keeper(const world_keeper&) = delete;
  world_keeper& operator=(const world_keeper&) = delete;
  ~world_keeper() { stop(); }

  /// Writes the last changes. Further calls do nothing.
  void stop();

 private:
  void run();
  void write();
  [[nodiscard]] std::string timed_snapshot();
  void warn_of_size();

  service& answers_;
  const std::string path_;
  const std::chrono::milliseconds interval_;
  const std::size_t warned_bytes_;
  std::chrono::milliseconds pause_;
  bool warned_ = false;
  std::uint64_t written_ = 0;  // The activity that the file shows.
  std::string text_;           // What the file contains.
  std::string failure_;        // Of the last attempt; empty: it was written.
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vkxx::emulation::detail
