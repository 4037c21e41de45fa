/// @file
/// Keeps the world in a file while an emulator runs.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "emulator/service.hpp"

namespace vkxx::emulation::detail {

/// Writes after changes, at most once in an interval, and at the end. What cannot be written is
/// logged once, and tried again after each interval and at the end.
class world_keeper {
 public:
  /// Starts a thread, unless the path is empty.
  /// @param answers lives longer.
  /// @throws std::invalid_argument if the file cannot be written.
  world_keeper(service& answers, std::string path,
               std::chrono::milliseconds interval = std::chrono::seconds{1});
  world_keeper(const world_keeper&) = delete;
  world_keeper& operator=(const world_keeper&) = delete;
  ~world_keeper() { stop(); }

  /// Writes the last changes. Further calls do nothing.
  void stop();

 private:
  void run();
  void write();

  service& answers_;
  const std::string path_;
  const std::chrono::milliseconds interval_;
  std::uint64_t written_ = 0;  // The activity that the file shows.
  std::string text_;           // What the file contains.
  std::string failure_;        // Of the last attempt; empty: it was written.
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace vkxx::emulation::detail
