// The identity of an item of a list.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx::detail {

// A keyed hash of 128 bits (SipHash). Without the key of the walk, nobody can make two items
// collide. By chance, two of a billion items collide once in 10^20 lists.
struct item_key {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend constexpr auto operator<=>(const item_key&, const item_key&) = default;
};

// The secret key of a walk's hashes. A cursor carries it, so a resumed walk uses the same key.
struct key_seed {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  [[nodiscard]] static key_seed random();
};

[[nodiscard]] item_key hash_of(std::string_view text, const key_seed& seed) noexcept;

// The `paging::identity` of a list. Items are JSON texts.
class item_identity {
 public:
  item_identity() = default;
  explicit item_identity(std::string_view text);

  // Whether items are identified at all.
  [[nodiscard]] explicit operator bool() const noexcept { return !alternatives_.empty(); }
  // Returns the key of `item` in the inner list `group`, or an empty optional if no alternative has
  // all its members in the item.
  [[nodiscard]] std::optional<item_key> key_of(std::string_view item, std::uint64_t group,
                                               const key_seed& seed) const;

 private:
  // For each alternative, the paths of its members; "." is the item itself.
  std::vector<std::vector<std::string>> alternatives_;
};

// The JSON of a value in one form, whichever the server has chosen.
[[nodiscard]] std::string usual_json(std::string_view value);

// The hash of the whole item, regardless of its identity.
[[nodiscard]] item_key value_key(std::string_view item, std::uint64_t group, const key_seed& seed);
// The same, but the server may write one item in two ways; quicker.
[[nodiscard]] item_key text_key(std::string_view item, std::uint64_t group, const key_seed& seed);

// A set of keys in one block of memory: 22 to 44 bytes per key, free slots included.
class key_set {
 public:
  // Returns false if the key was present.
  bool insert(const item_key& key);
  [[nodiscard]] bool contains(const item_key& key) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  [[nodiscard]] std::size_t place_of(const item_key& key) const noexcept;
  void grow();

  std::vector<item_key> slots_;  // a slot of {0, 0} is free
  std::size_t size_ = 0;
};

}  // namespace vkxx::detail
