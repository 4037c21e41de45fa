/// @file
/// A secret text: tokens, passwords, client secrets, codes, captcha answers.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>

namespace vkxx {

/// `text` as a log may show it: `***` between the first and last four characters of twelve or more,
/// else only `***`. An empty text stays empty.
[[nodiscard]] std::string redacted(std::string_view text);

/// Holds a secret and never prints it by accident.
///
/// Prints as `redacted()`. The text is accessible by `expose()` only, so that every use can be
/// found by that name. Copies share one text, whose memory is wiped with the last of them.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class secret {
 public:
  secret() = default;
  /// Takes ownership of the text. A null pointer (an unset environment variable) makes an empty
  /// secret.
  explicit secret(std::string text);
  explicit secret(std::string_view text);
  explicit secret(const char* text);

  [[nodiscard]] bool empty() const noexcept { return text_ == nullptr; }
  /// The secret itself. Do not print it.
  [[nodiscard]] const std::string& expose() const noexcept;
  /// The secret as a log may show it: `abcd***wxyz`.
  [[nodiscard]] std::string redacted() const;

  /// Compares in constant time.
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
