/// @file
/// Completions of a word that is being typed in a shell, by VK's schema.
#pragma once

#include <string>
#include <vector>

#include "command_line/command_description.hpp"

namespace vkxx::cli {

struct completion_word {
  std::string word;   ///< the whole word
  std::string about;  ///< a short description
  friend bool operator==(const completion_word&, const completion_word&) = default;
};

/// Completes the last word of `typed`, the words of the command line up to the cursor, as the
/// positional arguments of the command say: with sections, methods, parameters (`count=`), their
/// values (`filter=owner`) or errors. The scripts complete options themselves.
[[nodiscard]] std::vector<completion_word> completion_words(
    const std::vector<command_description>& commands, const std::vector<std::string>& typed);

}  // namespace vkxx::cli
