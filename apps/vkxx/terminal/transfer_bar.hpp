/// @file
/// A line that shows how far a transfer is.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace vkxx::cli {

/// `cat.jpg  45% [#########           ] 1.2 of 2.6 MB, 3.4 MB/s, 1 s left`, no wider than
/// `columns`. `name` is made printable.
[[nodiscard]] std::string transfer_text(const std::string& name, std::uint64_t done,
                                        std::uint64_t total, std::chrono::duration<double> spent,
                                        std::size_t columns);

/// Draws the line on standard error, if that is a terminal, at most ten times a second, and removes
/// it in the end.
///
/// Thread safety: safe to share.
class transfer_bar {
 public:
  explicit transfer_bar(std::string name);
  transfer_bar(const transfer_bar&) = delete;
  transfer_bar& operator=(const transfer_bar&) = delete;
  ~transfer_bar();

  void show(std::uint64_t done, std::uint64_t total);
  /// Removes the line.
  void clear();

 private:
  std::mutex mutex_;
  std::string name_;
  bool drawn_ = false;
  bool on_terminal_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace vkxx::cli
