/// @file
/// Rules of the Streaming API: which texts a stream gets.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx::emulation::detail {

/// An error of the Streaming API, by its code.
struct stream_failure {
  int code = 0;
  std::string message;
};

inline constexpr std::size_t most_stream_rules = 300;
inline constexpr std::size_t most_rule_keywords = 100;
inline constexpr std::size_t longest_rule_value = 4096;
inline constexpr std::size_t longest_rule_tag = 256;

/// The message of an error code.
[[nodiscard]] stream_failure stream_error(int code);

class stream_rule {
 public:
  /// @throws stream_failure 2003, 2004, 2005, 2008
  stream_rule(std::string tag, std::string value);

  [[nodiscard]] const std::string& tag() const noexcept { return tag_; }
  [[nodiscard]] const std::string& value() const noexcept { return value_; }
  /// Whether the text has all words of the rule and none of those that it excludes. A word in
  /// quotes is meant exactly; others in any form: endings of up to two letters are ignored.
  [[nodiscard]] bool fits(const std::vector<std::string>& words) const;

 private:
  struct keyword {
    std::string text;
    bool exact = false;
    bool excluded = false;
  };

  std::string tag_;
  std::string value_;
  std::vector<keyword> keywords_;
};

/// The words of a text, with their letter case.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

}  // namespace vkxx::emulation::detail
