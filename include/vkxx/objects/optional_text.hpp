/// @file
/// A text of an answer that may be missing.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vkxx {

/// A text or nothing, like `std::optional<std::string>`, in 16 bytes instead of 40: a user of VK
/// has 60 of them, and most are missing. Up to 14 bytes of text stand in the object itself.
///
/// It is read as a `std::string_view`, which stands as long as the text is neither changed nor
/// moved, and written as a whole:
///
/// ```
/// if (user.bdate) std::cout << *user.bdate;
/// std::string name = user.nickname.value_or("nobody");
/// message.text = "Hello";
/// ```
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class optional_text {
 public:
  optional_text() noexcept = default;
  /// No text.
  optional_text(std::nullopt_t) noexcept {}
  /// A copy of `text`, which may be empty and may hold zeros. Not explicit, so that a text can be
  /// given in its place.
  /// Throws std::bad_alloc, and std::length_error from 4 GB on.
  optional_text(std::string_view text) { assign(text); }
  optional_text(const char* text) { assign(text); }
  optional_text(const std::string& text) { assign(text); }
  optional_text(std::nullptr_t) = delete;  ///< `std::nullopt` is meant
  optional_text(const optional_text& other);
  optional_text(optional_text&& other) noexcept : bytes_{other.bytes_} { other.bytes_ = {}; }
  /// Takes the place of what was there.
  optional_text& operator=(optional_text other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~optional_text() {
    if (tag() == on_heap) release();
  }

  /// Whether there is a text, be it an empty one.
  [[nodiscard]] bool has_value() const noexcept { return tag() != absent; }
  explicit operator bool() const noexcept { return has_value(); }  ///< the same as `has_value()`

  /// The text; a zero stands behind its end. Empty: there may be none.
  [[nodiscard]] std::string_view operator*() const noexcept {
    if (tag() == on_heap) return {heap().data, heap().size};
    return {bytes_.data(), tag() == absent ? 0U : tag() - 1U};
  }
  /// The members of the text: `user.bdate->size()`.
  [[nodiscard]] auto operator->() const noexcept {
    struct arrow {
      std::string_view text;
      const std::string_view* operator->() const noexcept { return &text; }
    };
    return arrow{**this};
  }
  /// The text. Throws std::bad_optional_access if there is none.
  [[nodiscard]] std::string_view value() const {
    if (!has_value()) throw std::bad_optional_access{};
    return **this;
  }
  /// A copy of the text, or of `other` if there is none.
  [[nodiscard]] std::string value_or(std::string_view other) const {
    return std::string{has_value() ? **this : other};
  }
  /// The text for functions of C; empty if there is none.
  [[nodiscard]] const char* c_str() const noexcept { return (**this).data(); }

  /// A copy of `text` from now on. Throws like the constructor, and is then as before.
  void emplace(std::string_view text) {
    if (tag() == on_heap) {
      *this = optional_text{text};
    } else {
      assign(text);
    }
  }
  /// No text from now on.
  void reset() noexcept { *this = optional_text{}; }

  /// Nothing is less than any text, and equal to nothing only.
  friend bool operator==(const optional_text& left, const optional_text& right) noexcept {
    return left.has_value() == right.has_value() && *left == *right;
  }
  friend std::strong_ordering operator<=>(const optional_text& left,
                                          const optional_text& right) noexcept {
    if (!left || !right) return left.has_value() <=> right.has_value();
    return *left <=> *right;
  }
  friend bool operator==(const optional_text& left, std::string_view right) noexcept {
    return left.has_value() && *left == right;
  }
  friend bool operator==(const optional_text& left, const char* right) noexcept {
    return left == std::string_view{right};
  }
  friend bool operator==(const optional_text& left, const std::string& right) noexcept {
    return left == std::string_view{right};
  }
  friend bool operator==(const optional_text& left, std::nullopt_t) noexcept {
    return !left.has_value();
  }

 private:
  // The last byte says what the others are: no text; a text of `tag - 1` bytes and its zero; or
  // where on the heap it stands.
  static constexpr std::size_t largest_inside = 14;
  static constexpr unsigned char absent = 0, on_heap = 0xFF;
  struct placed {
    char* data;
    std::uint32_t size;
  };

  [[nodiscard]] unsigned char tag() const noexcept {
    return static_cast<unsigned char>(bytes_[15]);
  }
  [[nodiscard]] placed heap() const noexcept {
    placed there{};
    std::memcpy(&there, bytes_.data(), 12);
    return there;
  }
  // Precondition: there is no text on the heap. `text` may be a part of the one inside.
  void assign(std::string_view text) {
    if (text.size() > largest_inside) return assign_long(text);
    if (!text.empty()) std::memmove(bytes_.data(), text.data(), text.size());
    bytes_[text.size()] = '\0';
    bytes_[15] = static_cast<char>(text.size() + 1);
  }
  void assign_long(std::string_view text);
  void release() noexcept;

  alignas(char*) std::array<char, 16> bytes_{};
};

}  // namespace vkxx
