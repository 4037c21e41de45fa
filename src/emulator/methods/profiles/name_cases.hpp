/// @file
/// Russian names in the grammatical cases of `name_case`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

enum class name_case : std::uint8_t {
  nominative,
  genitive,
  dative,
  accusative,
  instrumental,
  prepositional
};

/// Of `nom`, `gen`, `dat`, `acc`, `ins`, `abl`, in any letter case, or their numbers.
[[nodiscard]] std::optional<name_case> read_name_case(std::string_view text) noexcept;

/// By the rules of endings: rare names come out as strangers spell them. Other alphabets are kept.
[[nodiscard]] std::string first_name_in(const std::string& name, bool female, name_case wanted);
[[nodiscard]] std::string last_name_in(const std::string& name, bool female, name_case wanted);

}  // namespace vkxx::emulation::detail
