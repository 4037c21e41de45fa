/// @file
/// Text for the man macros of groff and mandoc.
#pragma once

#include <string>
#include <string_view>

namespace vkxx::cli {

/// A piece of a line with what roff treats specially escaped.
[[nodiscard]] std::string roff_escaped(std::string_view text);

/// The same for prose: options (`--limit`) and what stands between backquotes are bold.
[[nodiscard]] std::string roff_prose(std::string_view text);

/// Paragraphs, which blank lines separate. Lines that begin with two spaces are examples. Ends with
/// a line break.
[[nodiscard]] std::string roff_paragraphs(std::string_view text);

/// Lines in a fixed font, each as it stands.
[[nodiscard]] std::string roff_example(std::string_view lines);

}  // namespace vkxx::cli
