/// @file
/// What a button carries: a name and values, as JSON.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <vkxx/core/ids.hpp>

namespace vkxx {

/// The payload of a button or a message: `{"command":"buy","item":"tea"}`. The name stands under
/// `command`, as in VK's own payload of the start button, so that other programs can read it.
///
/// ```cpp
/// vkxx::payload{"buy"}.set("item", "tea").set("count", 2)
/// ```
///
/// https://dev.vk.com/api/bots/development/keyboard
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class payload {
 public:
  /// The largest payload of a button: bytes of JSON text.
  static constexpr std::size_t largest = 255;
  /// The largest payload of a message: bytes of JSON text.
  static constexpr std::size_t largest_of_message = 1000;

  /// No payload at all.
  payload() = default;
  /// A payload with a name, by which a program knows what was pressed.
  explicit payload(std::string_view slug);

  /// Reads a payload that came with a message or an event. Any text is accepted: one of another
  /// program has no name, or no readable members. If a client without callback buttons wrapped it
  /// (`not_supported_button`), the wrapping is taken off, up to eight layers.
  [[nodiscard]] static payload from_json(std::string_view json);

  /// Sets a member, in place of an earlier one. A value is a text, a number, a `bool` or an id.
  payload& set(std::string_view name, std::string_view value);
  payload& set(std::string_view name, const char* value) {
    return set(name, std::string_view{value});
  }
  template <class T>
  requires std::is_arithmetic_v<T> payload& set(std::string_view name, T value) {
    if constexpr (std::same_as<T, bool>) {
      return put(name, value ? "true" : "false");
    } else if constexpr (std::signed_integral<T> || (std::integral<T> && sizeof(T) < 8)) {
      return put(name, std::to_string(static_cast<std::int64_t>(value)));
    } else if constexpr (std::integral<T>) {
      return put(name, std::to_string(static_cast<std::uint64_t>(value)));
    } else {
      return set_real(name, static_cast<double>(value));
    }
  }
  template <class Tag>
  payload& set(std::string_view name, strong_id<Tag> value) {
    return set(name, value.value());
  }

  /// The name; empty if there is none.
  [[nodiscard]] const std::string& slug() const noexcept { return slug_; }
  /// Whether there is a member with this name.
  [[nodiscard]] bool has(std::string_view name) const noexcept;
  /// The text of a member; of a number its digits, of a `bool` `true` or `false`. `fallback` if it
  /// is absent, or of another kind.
  [[nodiscard]] std::string text(std::string_view name, std::string_view fallback = {}) const;
  /// An integer, also one that is written as a text; nothing if it is absent or something else.
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view name) const;
  /// A number, also one that is written as a text; nothing if it is absent or something else.
  [[nodiscard]] std::optional<double> real(std::string_view name) const;
  /// Whether the member is `true` or 1, also as a text.
  [[nodiscard]] bool flag(std::string_view name) const;
  /// The id in a member: `p.id<vkxx::item_id>("item")`; nothing if there is no integer.
  template <class Id>
  [[nodiscard]] std::optional<Id> id(std::string_view name) const {
    const auto value = number(name);
    if (!value) return std::nullopt;
    return Id{*value};
  }

  /// Whether it holds nothing.
  [[nodiscard]] bool empty() const noexcept { return members_.empty() && foreign_.empty(); }
  /// Whether it came from a client that shows no callback buttons, so that a message was sent in
  /// place of an event.
  [[nodiscard]] bool unwrapped() const noexcept { return unwrapped_; }
  /// As JSON text; of a foreign payload the text as it came; empty if it holds nothing.
  [[nodiscard]] std::string to_json() const;
  /// What VK would refuse, in words; empty: nothing. `limit`: bytes of JSON text.
  [[nodiscard]] std::vector<std::string> problems(std::size_t limit = largest) const;

  /// Same JSON text.
  friend bool operator==(const payload& left, const payload& right) {
    return left.to_json() == right.to_json();
  }

 private:
  payload& put(std::string_view name, std::string json);
  payload& set_real(std::string_view name, double value);
  [[nodiscard]] const std::string* find(std::string_view name) const noexcept;

  std::string slug_;
  std::vector<std::pair<std::string, std::string>> members_;  // name, JSON text
  std::string foreign_;                                       // JSON that is no object
  std::vector<std::string> faults_;
  bool unwrapped_ = false;
};

}  // namespace vkxx
