/// @file
/// A text that must not be seen: tokens, passwords, client secrets, codes, captcha answers.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace vkxx {

/// `text` made fit for a log: the first and the last four characters of twelve or more with `***`
/// between them, else only `***`. An empty text stays empty.
[[nodiscard]] std::string redacted(std::string_view text);

/// Holds a secret and never shows it by accident.
///
/// Printing gives `redacted()`; the text itself comes out only by `expose()`, so that every place
/// that lets a secret go can be found by its name. The memory is wiped when the object dies.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class secret {
 public:
  secret() = default;
  /// Takes the text over. A null pointer (an environment variable that is not set) makes an empty
  /// secret.
  explicit secret(std::string text) noexcept;
  explicit secret(std::string_view text);
  explicit secret(const char* text);
  secret(const secret&) = default;
  secret(secret&& other) noexcept;
  /// Overwrites the earlier text in memory before it is given up.
  secret& operator=(const secret& other);
  secret& operator=(secret&& other) noexcept;
  ~secret();

  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  /// The secret itself. Do not print it.
  [[nodiscard]] const std::string& expose() const noexcept { return text_; }
  /// The secret as a log may show it: `abcd***wxyz`.
  [[nodiscard]] std::string redacted() const;

  /// Compares in a time that does not depend on where the texts differ.
  [[nodiscard]] friend bool operator==(const secret& left, const secret& right) noexcept {
    return left.equals(right);
  }

 private:
  [[nodiscard]] bool equals(const secret& other) const noexcept;
  void wipe() noexcept;

  std::string text_;
};

/// Prints `redacted()`.
std::ostream& operator<<(std::ostream& out, const secret& value);

}  // namespace vkxx
