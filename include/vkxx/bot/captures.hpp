/// @file
/// What the parts of a message were that a pattern or a command left open.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx {

/// The parts of a text by the names that a pattern gave them: of `"I am <age:int>"`, `age`.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class captures {
 public:
  /// Sets a part. `number`: of a part of the type `int` or `float`.
  captures& set(std::string_view name, std::string text);

  /// Whether there is a part with this name.
  [[nodiscard]] bool has(std::string_view name) const noexcept;
  /// The part as it was written. Throws `usage_exception` if the pattern has no such name.
  [[nodiscard]] const std::string& text(std::string_view name) const;
  /// The part as a number. Throws `usage_exception` if the pattern has no such name, or it is not
  /// of the type `int`.
  [[nodiscard]] std::int64_t number(std::string_view name) const;
  /// The part as a fractional number, also one that was written with a comma. Throws
  /// `usage_exception` if the pattern has no such name, or it is not of the type `int` or `float`.
  [[nodiscard]] double real(std::string_view name) const;
  /// Whether there is none.
  [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }

 private:
  std::map<std::string, std::string, std::less<>> parts_;
};

}  // namespace vkxx
