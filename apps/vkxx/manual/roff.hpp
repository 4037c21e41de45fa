/// @file
/// Text for the man macros of groff and mandoc.
#pragma once

#include <string>
#include <string_view>

namespace vkxx::cli {

/// Escapes part of a line for roff.
[[nodiscard]] std::string roff_escaped(std::string_view text);

/// The same for prose: options (`--limit`) and text in backquotes are bold.
[[nodiscard]] std::string roff_prose(std::string_view text);

/// Paragraphs, which blank lines separate. Lines that begin with two spaces are examples. Ends with
/// a line break.
[[nodiscard]] std::string roff_paragraphs(std::string_view text);

/// Unfilled lines in a fixed-width font.
[[nodiscard]] std::string roff_example(std::string_view lines);

}  // namespace vkxx::cli
