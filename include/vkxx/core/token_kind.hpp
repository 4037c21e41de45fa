/// @file
/// The kinds of access token.
#pragma once

#include <cstdint>

namespace vkxx {

/// Who a token acts for. https://dev.vk.com/api/access-token/getting-started
enum class token_kind : std::uint8_t {
  user = 1,       ///< a person
  community = 2,  ///< a community
  service = 4,    ///< an app by itself
  anonymous = 8,  ///< a visitor of an app who has not signed in
};

/// The kinds of token that a method takes, by VK's own description.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class token_kinds {
 public:
  /// The description names none.
  constexpr token_kinds() noexcept = default;
  /// The sum of the numbers of `token_kind`, and 16 if the method needs no token.
  constexpr explicit token_kinds(std::uint8_t bits) noexcept : bits_{bits} {}

  /// Whether the description names the kind.
  [[nodiscard]] constexpr bool contains(token_kind kind) const noexcept {
    return (bits_ & static_cast<std::uint8_t>(kind)) != 0;
  }
  /// Whether the method can be called without a token.
  [[nodiscard]] constexpr bool open_to_all() const noexcept { return (bits_ & 16U) != 0; }
  /// Whether the description says nothing of tokens.
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  /// Whether a token of this kind may call the method: VK accepts what the description leaves open.
  [[nodiscard]] constexpr bool allows(token_kind kind) const noexcept {
    return empty() || open_to_all() || contains(kind);
  }

  [[nodiscard]] friend constexpr bool operator==(token_kinds, token_kinds) noexcept = default;

 private:
  std::uint8_t bits_ = 0;
};

}  // namespace vkxx
