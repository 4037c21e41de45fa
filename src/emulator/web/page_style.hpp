/// @file
/// How the emulator's pages are spelt: plainly, or as real pages vary. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/http/http_message.hpp"
#include "emulator/world/random.hpp"

namespace vkxx::emulation {

/// Writes the elements of pages that a reader of HTML must find whatever their spelling.
///
/// Seed 0 is plain: small letters, attributes in the order given, double quotes, absolute
/// addresses, no entities where none are needed. Any other seed draws all of these anew for each
/// element.
class page_style {
 public:
  explicit page_style(std::uint64_t seed) : plain_{seed == 0}, random_{seed} {}

  /// A start tag.
  [[nodiscard]] std::string tag(std::string_view name, std::vector<name_value> attributes);
  /// `<input type="hidden" name="…" value="…">` for each.
  [[nodiscard]] std::string hidden(std::vector<name_value> fields);
  /// A form that is posted to `action`, with what it holds.
  [[nodiscard]] std::string form(std::string_view action, std::string_view inside);
  /// An absolute address of this server, or another spelling of it for a page of this server.
  [[nodiscard]] std::string address(std::string_view absolute);
  /// Other forms, comments and scripts, which mean nothing; nothing at all when plain.
  [[nodiscard]] std::string decoys();
  /// Picks one of the ways in which the servers behind the pages differ; 0 when plain.
  [[nodiscard]] std::size_t pick(std::size_t count);

 private:
  [[nodiscard]] bool toss() { return !plain_ && random_.below(2) == 0; }
  [[nodiscard]] std::string attribute(const name_value& one);
  [[nodiscard]] std::string letters(std::string_view name);
  [[nodiscard]] std::string with_entities(std::string_view value, char quote);

  bool plain_;
  random_source random_;
};

/// A whole page in English with this heading.
[[nodiscard]] std::string html_document(std::string_view title, std::string_view body);

}  // namespace vkxx::emulation
