/// @file
/// The type of all texts in VK's objects and answers.
#pragma once

#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vkxx {

/// A text of an object of VK, which may be missing.
///
/// It converts to `std::string_view` (an empty one if the text is missing) and has the interface of
/// an optional. It takes 16 bytes; up to 14 bytes of text are stored in the object itself. A view
/// stays valid until the text is changed, moved or destroyed. A text is replaced as a whole.
///
/// ```
/// std::cout << user.first_name << '\n';
/// if (user.bdate) std::cout << *user.bdate;
/// std::string name = user.nickname.value_or("nobody");
/// message.text = "Hello";
/// ```
///
/// Thread safety: distinct objects: safe; shared objects: safe while no thread writes.
class text {
 public:
  text() noexcept = default;
  /// A missing text.
  text(std::nullopt_t) noexcept {}
  /// A copy of `value`, which may be empty and may contain zeros. Not explicit, so that any text
  /// can be assigned. Throws std::bad_alloc, and std::length_error from 4 GB on.
  text(std::string_view value) { assign(value); }
  text(const char* value) { assign(value); }
  text(const std::string& value) { assign(value); }
  text(std::nullptr_t) = delete;  ///< use `std::nullopt`
  text(const text& other);
  text(text&& other) noexcept : bytes_{other.bytes_} { other.bytes_ = {}; }
  /// Replaces the text.
  text& operator=(text other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~text() {
    if (tag() == on_heap) release();
  }

  /// Whether there is a text, even an empty one.
  [[nodiscard]] bool has_value() const noexcept { return tag() != absent; }
  explicit operator bool() const noexcept { return has_value(); }  ///< the same as `has_value()`

  /// Whether the text is missing or has no characters.
  [[nodiscard]] bool empty() const noexcept { return (**this).empty(); }
  /// The number of bytes; 0 if the text is missing.
  [[nodiscard]] std::size_t size() const noexcept { return (**this).size(); }
  /// The text, null-terminated; empty if it is missing.
  operator std::string_view() const noexcept {  // NOLINT(google-explicit-constructor)
    return **this;
  }
  /// A copy of the text; empty if it is missing.
  operator std::string() const {  // NOLINT(google-explicit-constructor)
    return std::string{**this};
  }

  /// The text, null-terminated; empty if it is missing.
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
  /// The text. Throws std::bad_optional_access if it is missing.
  [[nodiscard]] std::string_view value() const {
    if (!has_value()) throw std::bad_optional_access{};
    return **this;
  }
  /// A copy of the text, or of `other` if the text is missing.
  [[nodiscard]] std::string value_or(std::string_view other) const {
    return std::string{has_value() ? **this : other};
  }
  /// The text as a null-terminated string; empty if it is missing.
  [[nodiscard]] const char* c_str() const noexcept { return (**this).data(); }

  /// Stores a copy of `value`. Throws like the constructor; the old text then stays.
  void emplace(std::string_view value) {
    if (tag() == on_heap) {
      *this = text{value};
    } else {
      assign(value);
    }
  }
  /// Removes the text.
  void reset() noexcept { *this = text{}; }

  /// A missing text is less than every text and equals a missing text only.
  friend bool operator==(const text& left, const text& right) noexcept {
    return left.has_value() == right.has_value() && *left == *right;
  }
  friend std::strong_ordering operator<=>(const text& left, const text& right) noexcept {
    if (!left || !right) return left.has_value() <=> right.has_value();
    return *left <=> *right;
  }
  friend bool operator==(const text& left, std::string_view right) noexcept {
    return left.has_value() && *left == right;
  }
  friend bool operator==(const text& left, const char* right) noexcept {
    return left == std::string_view{right};
  }
  friend bool operator==(const text& left, const std::string& right) noexcept {
    return left == std::string_view{right};
  }
  friend bool operator==(const text& left, std::nullopt_t) noexcept { return !left.has_value(); }
  /// The texts joined: `user.first_name + " " + user.last_name`.
  template <std::convertible_to<std::string_view> Other>
  friend std::string operator+(const text& left, const Other& right) {
    return std::string{*left}.append(std::string_view{right});
  }
  template <std::convertible_to<std::string_view> Other>
  requires(!std::same_as<Other, text>) friend std::string operator+(const Other& left,
                                                                    const text& right) {
    return std::string{std::string_view{left}}.append(*right);
  }
  /// Writes the text. Writes nothing if it is missing.
  friend std::ostream& operator<<(std::ostream& out, const text& value);

 private:
  // The last byte is a tag. It selects one of three states: no text; a text of `tag - 1` bytes with
  // its terminating zero; or the address and size of a text on the heap.
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
  // Precondition: no text is on the heap. `value` may be part of the text inside.
  void assign(std::string_view value) {
    if (value.size() > largest_inside) return assign_long(value);
    if (!value.empty()) std::memmove(bytes_.data(), value.data(), value.size());
    bytes_[value.size()] = '\0';
    bytes_[15] = static_cast<char>(value.size() + 1);
  }
  void assign_long(std::string_view value);
  void release() noexcept;

  alignas(char*) std::array<char, 16> bytes_{};
};

}  // namespace vkxx
