/// @file
/// The names of VK's schema that fit what is being typed in a shell.
#pragma once

#include <string>
#include <vector>

namespace vkxx::cli {

struct completion_word {
  std::string word;   ///< what the word that is being typed may become
  std::string about;  ///< a few words on it
  friend bool operator==(const completion_word&, const completion_word&) = default;
};

/// `typed`: the words of the command line as far as the cursor, the last one being the one to
/// complete. Sections, methods, parameters (`count=`) and values of parameters (`filter=owner`);
/// options and all that follows them are the shell's own affair.
[[nodiscard]] std::vector<completion_word> completion_words(const std::vector<std::string>& typed);

}  // namespace vkxx::cli
