/// @file
/// What can be attached: uploads and what was made of them.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vkxx::emulation::detail {

/// `photo-1_457239017` or `doc1_2_key`.
struct attachment_name {
  std::string kind;
  std::int64_t owner = 0;
  std::int64_t id = 0;
  std::string access_key{};

  [[nodiscard]] auto operator<=>(const attachment_name& other) const noexcept {
    if (const auto order = kind <=> other.kind; order != 0) return order;
    if (const auto order = owner <=> other.owner; order != 0) return order;
    return id <=> other.id;
  }
};

/// Nothing unless the text has this form. Addresses are no names.
[[nodiscard]] std::optional<attachment_name> read_attachment(std::string_view text);
/// The parts of a list at commas, without blanks and empty ones.
[[nodiscard]] std::vector<std::string_view> attachment_list(std::string_view text);
/// Whether any part is an address or has the form of a name.
[[nodiscard]] bool names_attachment(std::string_view list);

/// Objects by kind, owner and id. The oldest go first.
class attachment_book {
 public:
  explicit attachment_book(std::size_t most_objects = 100'000) : most_objects_{most_objects} {}

  /// @param json the object as VK's answers show it: `photo`, `doc` …
  void add(const attachment_name& name, std::string json);
  /// The JSON of the object; null if it was never added, or dropped.
  [[nodiscard]] const std::string* find(const attachment_name& name) const;
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  template <class>
  friend struct saved_part;

  std::map<attachment_name, std::string> objects_;
  std::deque<attachment_name> order_;
  std::size_t most_objects_;
  std::uint64_t dropped_ = 0;
};

}  // namespace vkxx::emulation::detail
