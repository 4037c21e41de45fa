// Numbers and texts of samples: plausible for the field's name, within the type's limits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/schema_tables/sample.hpp>

namespace vkxx::schema_tables::detail {

// The size of a picture, as VK scales them.
struct picture_size {
  std::string_view type;
  std::int64_t width = 0;
  std::int64_t height = 0;
};

// Where a value stands.
struct scalar_place {
  std::string_view name;    // of the field
  std::string_view object;  // the name of the type of the object around
  std::uint64_t seed = 0;
  std::uint64_t object_seed = 0;          // the same for all fields of an object
  std::optional<picture_size> picture{};  // that the object describes
  std::optional<std::int64_t> account{};  // the id of the user, community or peer around
  std::int64_t item = 0;                  // the number in the paged list
};

// Whose id an integer is: a member's is negative if it is a community.
enum class account_kind { nobody, member, group };

struct sample_integer {
  std::int64_t value = 0;
  account_kind account = account_kind::nobody;
};

[[nodiscard]] sample_integer integer_for(type wanted, const scalar_place& place,
                                         const sample_options& options);
[[nodiscard]] std::string number_for(type wanted, const scalar_place& place);
[[nodiscard]] std::string text_for(type wanted, const scalar_place& place,
                                   const sample_options& options);

// The same picture in a scale: from 0, wider and wider. Those with the same seed have the same
// shape.
[[nodiscard]] picture_size picture_of(std::uint64_t seed, std::size_t scale);
inline constexpr std::size_t picture_scales = 5;
// The number below that of the first chat.
inline constexpr std::int64_t first_chat = 2'000'000'000;

[[nodiscard]] bool is_composed(type wanted) noexcept;
// Whether objects of the type describe a picture: they have a width, a height and an address.
[[nodiscard]] bool is_picture(type object) noexcept;
// Whether objects of the type are a user, a community or a peer.
[[nodiscard]] bool is_account(std::string_view object) noexcept;
// The end of the names of documents: `pdf`, and VK's number of their type.
struct document_kind {
  std::string_view extension;
  std::int64_t type = 0;
};
[[nodiscard]] document_kind document_for(std::uint64_t object_seed);

// A value of the type's list that is usual for the field.
[[nodiscard]] std::string_view choice_for(type wanted, const scalar_place& place);
// For objects whose `type` names the member that they have: one of these, of those that `allows`.
[[nodiscard]] std::optional<std::string_view> tag_for(
    type object, std::uint64_t seed, const std::function<bool(field member)>& allows);
// The member that goes with a value of `type`.
[[nodiscard]] bool is_member_of(std::string_view tag, std::string_view member) noexcept;

// Whether the person that the object describes is a woman; goes with the name.
[[nodiscard]] bool is_woman(std::uint64_t object_seed) noexcept;
// The value, or another within the type's limits.
[[nodiscard]] std::int64_t within(type wanted, std::int64_t value) noexcept;
// Whether `name` fits a pattern with at most one `*` at either end.
[[nodiscard]] bool fits(std::string_view pattern, std::string_view name) noexcept;

// The first rule whose pattern fits, or null. Nearly all are out by their first letter.
template <class Rules>
const typename Rules::value_type* first_fitting(const Rules& rules,
                                                std::string_view name) noexcept {
  const char letter = name.empty() ? '\0' : name[0];
  const auto* const end = rules.data() + rules.size();
  for (const auto* entry = rules.data(); entry != end; ++entry) {
    const char head = *entry->pattern.data();
    if ((head == letter || head == '*') && fits(entry->pattern, name)) return entry;
  }
  return nullptr;
}

}  // namespace vkxx::schema_tables::detail
