/// @file
/// What came of a replayed conversation.
#pragma once

#include <string>
#include <utility>

namespace vkxx::emulation {

/// Whether a program did what a transcript says.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class replay_outcome {
 public:
  replay_outcome() = default;
  /// For the emulator.
  replay_outcome(bool same, std::string difference)
      : same_{same}, difference_{std::move(difference)} {}

  /// Whether everything that communities did is as in the transcript.
  [[nodiscard]] bool same() const noexcept { return same_; }
  /// What is missing (`-`) and what came instead (`+`), by conversation, or why the replay ended
  /// early; empty if all is the same.
  [[nodiscard]] const std::string& difference() const noexcept { return difference_; }

 private:
  bool same_ = false;
  std::string difference_;
};

}  // namespace vkxx::emulation
