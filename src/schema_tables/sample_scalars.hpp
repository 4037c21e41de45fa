// Numbers and texts of samples: plausible for the field's name, within the type's limits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <vkxx/schema_tables/sample.hpp>

namespace vkxx::schema_tables::detail {

// Where a value stands.
struct scalar_place {
  std::string_view name;    // of the field
  std::string_view object;  // the name of the type of the object around
  std::uint64_t seed = 0;
  std::uint64_t object_seed = 0;  // the same for all fields of an object
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
