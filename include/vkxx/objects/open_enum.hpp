/// @file
/// Enumerations of texts that VK may extend.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include <vkxx/objects/boxed.hpp>

namespace vkxx {

namespace detail {
[[nodiscard]] std::uint16_t enum_index(std::span<const std::string_view> texts,
                                       std::string_view text) noexcept;
}  // namespace detail

/// One of the values of `E`, or a text that this version of the schema does not know; the text is
/// available either way.
///
/// `E` has the enumerator `unknown_value` (0); `texts_of(E)` returns the texts of the others, from
/// 1 on. Compare it with enumerators, switch over `value()`, print `text()`.
///
/// Thread safety: distinct objects: safe; shared objects: safe while no thread writes.
template <class E>
class open_enum {
  static_assert(std::is_enum_v<E>);

 public:
  open_enum() noexcept = default;
  /// A known value. Not explicit, so that an enumerator can be passed directly.
  open_enum(E value) noexcept : value_{value} {}  // NOLINT(google-explicit-constructor)
  /// The value with this text, known or not.
  explicit open_enum(std::string_view text) { assign(text); }

  /// `E::unknown_value` for a text that the schema does not know, and for a missing value.
  [[nodiscard]] E value() const noexcept { return value_; }
  /// The text as VK writes it; empty if the value is missing.
  [[nodiscard]] std::string_view text() const noexcept {
    if (other_) return *other_;
    const auto index = static_cast<std::size_t>(value_);
    const auto texts = texts_of(E{});
    return index == 0 || index > texts.size() ? std::string_view{} : texts[index - 1];
  }
  /// Sets the value with this text, known or not.
  void assign(std::string_view text) {
    value_ = static_cast<E>(detail::enum_index(texts_of(E{}), text));
    other_.reset();
    if (value_ == E{}) other_ = boxed<std::string>{std::string{text}};
  }

  friend bool operator==(const open_enum& left, const open_enum& right) noexcept {
    return left.value_ == right.value_ && (left.value_ != E{} || left.text() == right.text());
  }
  friend bool operator==(const open_enum& left, E right) noexcept { return left.value_ == right; }
  /// The text for VK.
  friend std::string vk_parameter(const open_enum& self) { return std::string{self.text()}; }

 private:
  E value_{};
  boxed<std::string> other_;
};

}  // namespace vkxx
