/// @file
/// Variants of the pages' HTML: plain, or varied as real pages are. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/http/http_message.hpp"
#include "emulator/world/random.hpp"

namespace vkxx::emulation::detail {

/// Writes HTML elements in variants that every HTML parser reads alike.
///
/// Seed 0 is plain: lower case, attributes in the given order, double quotes, absolute addresses,
/// no unneeded entities. Any other seed varies all of these for each element.
class page_style {
 public:
  explicit page_style(std::uint64_t seed) : plain_{seed == 0}, random_{seed} {}

  /// A start tag.
  [[nodiscard]] std::string tag(std::string_view name, std::vector<name_value> attributes);
  /// `<input type="hidden" name="…" value="…">` for each.
  [[nodiscard]] std::string hidden(std::vector<name_value> fields);
  /// A form that is posted to `action`, with its content.
  [[nodiscard]] std::string form(std::string_view action, std::string_view inside);
  /// An absolute address of this server, or an equivalent relative one.
  [[nodiscard]] std::string address(std::string_view absolute);
  /// Meaningless forms, comments and scripts; empty if plain.
  [[nodiscard]] std::string decoys();
  /// Picks a variant of server behaviour; 0 if plain.
  [[nodiscard]] std::size_t pick(std::size_t count);

 private:
  [[nodiscard]] bool toss() { return !plain_ && random_.below(2) == 0; }
  [[nodiscard]] std::string attribute(const name_value& field);
  [[nodiscard]] std::string letters(std::string_view name);
  [[nodiscard]] std::string with_entities(std::string_view value, char quote);

  bool plain_;
  random_source random_;
};

}  // namespace vkxx::emulation::detail
