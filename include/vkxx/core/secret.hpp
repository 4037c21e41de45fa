/// @file
/// A text that must not be seen: tokens, passwords, client secrets, codes, captcha answers.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace vkxx {

/// `text` made fit for a log: the first and the last four characters of twelve or more with `***`
/// between them, else only `***`. An empty text stays empty.
[[nodiscard]] std::string redacted(std::string_view text);

/// Holds a secret and never shows it by accident.
///
/// Printing gives `redacted()`; the text itself comes out only by `expose()`, so that every place
/// that lets a secret go can be found by its name. Copies share one text, whose memory is wiped
/// when the last of them dies.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class secret {
 public:
  secret() = default;
  /// Takes the text over. A null pointer (an environment variable that is not set) makes an empty
  /// secret.
  explicit secret(std::string text);
  explicit secret(std::string_view text);
  explicit secret(const char* text);

  [[nodiscard]] bool empty() const noexcept { return text_ == nullptr; }
  /// The secret itself. Do not print it.
  [[nodiscard]] const std::string& expose() const noexcept;
  /// The secret as a log may show it: `abcd***wxyz`.
  [[nodiscard]] std::string redacted() const;

  /// Compares in a time that does not depend on where the texts differ.
  [[nodiscard]] friend bool operator==(const secret& left, const secret& right) noexcept {
    return left.equals(right);
  }

 private:
  [[nodiscard]] bool equals(const secret& other) const noexcept;

  // Null: there is no text.
  std::shared_ptr<const std::string> text_;
};

/// Prints `redacted()`.
std::ostream& operator<<(std::ostream& out, const secret& value);

}  // namespace vkxx
