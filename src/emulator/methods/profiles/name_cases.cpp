#include "emulator/methods/profiles/name_cases.hpp"

#include <algorithm>
#include <array>

#include "core/text/ascii.hpp"

namespace vkxx::emulation::detail {
namespace {

// Endings from the genitive to the prepositional case.
using case_endings = std::array<std::string_view, 5>;

constexpr case_endings feminine_a{"ы", "е", "у", "ой", "е"};
constexpr case_endings feminine_ya{"и", "е", "ю", "ей", "е"};
constexpr case_endings feminine_iya{"ии", "ии", "ию", "ией", "ии"};
constexpr case_endings masculine{"а", "у", "а", "ом", "е"};
constexpr case_endings masculine_y{"я", "ю", "я", "ем", "е"};
constexpr case_endings masculine_family{"а", "у", "а", "ым", "е"};
constexpr case_endings feminine_family{"ой", "ой", "у", "ой", "ой"};

bool ends_with_any(std::string_view text, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [text](auto ending) { return text.ends_with(ending); });
}

std::string with_ending(std::string_view name, std::size_t cut, const case_endings& endings,
                        name_case wanted) {
  return std::string{name.substr(0, name.size() - cut)} +
         std::string{endings[static_cast<std::size_t>(wanted) - 1]};
}

// Letters have two bytes.
constexpr std::size_t letter_size = 2;

// After these letters no `ы` is written.
bool is_hushing(std::string_view stem) {
  return ends_with_any(stem, {"г", "к", "х", "ж", "ш", "щ", "ч"});
}

bool is_cyrillic(std::string_view name) {
  return name.size() > letter_size && (static_cast<unsigned char>(name[0]) & 0xFEU) == 0xD0U;
}

}  // namespace

std::optional<name_case> read_name_case(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 6> names{"nom", "gen", "dat", "acc", "ins", "abl"};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (vkxx::detail::lower_case(text) == names[i] ||
        (text.size() == 1 && text[0] == static_cast<char>('0' + i)))
      return static_cast<name_case>(i);
  return std::nullopt;
}

std::string first_name_in(const std::string& name, bool female, name_case wanted) {
  if (wanted == name_case::nominative || !is_cyrillic(name)) return name;
  if (name == "Павел") return with_ending("Павл", 0, masculine, wanted);
  if (name == "Лев") return with_ending("Льв", 0, masculine, wanted);
  if (name.ends_with("ия")) return with_ending(name, 2 * letter_size, feminine_iya, wanted);
  if (name.ends_with("я")) return with_ending(name, letter_size, feminine_ya, wanted);
  if (name.ends_with("а")) {
    const auto stem = std::string_view{name}.substr(0, name.size() - letter_size);
    if (wanted == name_case::genitive && is_hushing(stem)) return std::string{stem} + "и";
    return with_ending(name, letter_size, feminine_a, wanted);
  }
  if (female) return name;
  if (ends_with_any(name, {"й", "ь"})) return with_ending(name, letter_size, masculine_y, wanted);
  if (ends_with_any(name, {"о", "е", "и", "у", "ы", "э", "ю"})) return name;
  return with_ending(name, 0, masculine, wanted);
}

std::string last_name_in(const std::string& name, bool female, name_case wanted) {
  if (wanted == name_case::nominative || !is_cyrillic(name)) return name;
  if (female && ends_with_any(name, {"ова", "ева", "ёва", "ина", "ына"}))
    return with_ending(name, letter_size, feminine_family, wanted);
  if (!female && ends_with_any(name, {"ов", "ев", "ёв", "ин", "ын"}))
    return with_ending(name, 0, masculine_family, wanted);
  return name;
}

}  // namespace vkxx::emulation::detail
