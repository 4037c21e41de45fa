/// @file
/// Texts with formatting.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx {

/// How a part of a text looks.
enum class text_style {
  bold,
  italic,
  underline,
  link,  ///< leads to a page
};

/// VK's name of the style.
[[nodiscard]] std::string_view to_string(text_style value) noexcept;

/// A part of a text with a style. Positions are in UTF-16 units, as VK counts them.
struct text_format {
  text_style style = text_style::bold;  ///< how it looks
  std::size_t offset = 0;               ///< where it begins
  std::size_t length = 0;               ///< how long it is
  std::string address;                  ///< of a link; else empty
  bool operator==(const text_format&) const = default;
};

/// The length of a text as VK counts it: in UTF-16 units. A byte that is not UTF-8 counts as one.
[[nodiscard]] std::size_t vk_length(std::string_view text) noexcept;

/// A text (UTF-8) with formatting. Styles may overlap.
///
/// ```cpp
/// vkxx::rich_text{}.bold("Tea").plain(": ").link("our site", "https://example.org")
/// ```
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class rich_text {
 public:
  /// The largest text of one message, in UTF-16 units.
  static constexpr std::size_t largest = 4096;

  /// An empty text.
  rich_text() = default;
  /// A text without formatting. Not explicit: a plain text is one.
  rich_text(std::string text);       // NOLINT(google-explicit-constructor)
  rich_text(std::string_view text);  // NOLINT(google-explicit-constructor)
  rich_text(const char* text);       // NOLINT(google-explicit-constructor)

  /// @name Appending
  /// A part may have a formatting of its own, which is kept below the added style.
  /// @{
  /// Appends a part as it is.
  rich_text& plain(const rich_text& part);
  /// Appends a bold part.
  rich_text& bold(const rich_text& part);
  /// Appends an italic part.
  rich_text& italic(const rich_text& part);
  /// Appends an underlined part.
  rich_text& underline(const rich_text& part);
  /// Appends a part that leads to a page.
  rich_text& link(const rich_text& part, std::string_view address);
  /// As `plain`.
  rich_text& operator+=(const rich_text& part) { return plain(part); }
  /// Both, one after the other.
  friend rich_text operator+(rich_text left, const rich_text& right) {
    left.plain(right);
    return left;
  }
  /// @}

  /// Gives a part of the text a style, by UTF-16 units. What is outside of the text is cut off.
  rich_text& format(text_format part);

  /// UTF-8, without the formatting.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  /// The formatting, by offset.
  [[nodiscard]] const std::vector<text_format>& formats() const noexcept { return formats_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  /// In UTF-16 units.
  [[nodiscard]] std::size_t length() const noexcept { return vk_length(text_); }
  /// The value of the parameter `format_data`; empty if nothing is formatted.
  [[nodiscard]] std::string format_data() const;
  /// What VK would refuse, in words; empty: nothing. Says nothing of the length: see `split`.
  [[nodiscard]] std::vector<std::string> problems() const;

  /// Parts of at most `limit` UTF-16 units (at least 2), which together are the text: after a
  /// paragraph, else after a line, else after a word, else between characters. Never inside of a
  /// surrogate pair; never before a combining mark or inside of a composed emoji or a mention
  /// (`[id1|Name]`), unless that alone is longer than a part. The formatting follows. An empty text
  /// is one empty part.
  [[nodiscard]] std::vector<rich_text> split(std::size_t limit = largest) const;

  bool operator==(const rich_text&) const = default;

 private:
  rich_text& append(const rich_text& part, const text_format* added);

  std::string text_;
  std::vector<text_format> formats_;
};

}  // namespace vkxx
