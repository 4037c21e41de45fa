/// @file
/// Long texts of the state of one moment, made beside the work that goes on.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace vkxx::emulation::detail {

/// A text that a copy of this process makes from the memory of the moment when it was begun.
///
/// The copy has only the thread that began it: what the text is made from takes no locks, except
/// those of `malloc`, which the C library looks after.
class forked_text {
 public:
  /// @return null where there are no such copies: under sanitizers, with another C library, or
  /// because the system has no more processes or descriptors.
  [[nodiscard]] static std::unique_ptr<forked_text> begin(const std::function<std::string()>& make);

  forked_text(const forked_text&) = delete;
  forked_text& operator=(const forked_text&) = delete;
  /// Ends the copy.
  ~forked_text();

  /// Waits for the text. Nothing: the copy has ended without it, or has written nothing for so
  /// long.
  [[nodiscard]] std::optional<std::string> result(
      std::chrono::seconds silence = std::chrono::seconds{120});

 private:
  forked_text(pid_t child, int descriptor) : child_{child}, descriptor_{descriptor} {}

  pid_t child_;
  int descriptor_;
};

}  // namespace vkxx::emulation::detail
