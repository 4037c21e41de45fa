#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "commands/commands.hpp"
#include "completion/completion_scripts.hpp"
#include "completion/completion_words.hpp"
#include "output/file.hpp"
#include "output/output.hpp"

namespace vkxx::cli {

exit_status run(const completion_command& what) {
  if (what.shell == "bash") write_output(bash_completion());
  if (what.shell == "zsh") write_output(zsh_completion());
  if (what.shell == "fish") write_output(fish_completion());
  return exit_status::done;
}

// They do not come as arguments, which other users of the machine could see: a token may be among
// them.
exit_status run(const completion_words_command& /*what*/) {
  const auto input = read_file("-");
  std::vector<std::string> typed;
  std::size_t begin = 0;
  while (begin < input.size()) {
    const auto end = std::min(input.find('\n', begin), input.size());
    typed.push_back(input.substr(begin, end - begin));
    begin = end + 1;
  }
  std::string text;
  for (const auto& [word, about] : completion_words(typed)) {
    text += fmt::format("{}\t{}\n", word, about);
  }
  write_output(text);
  return exit_status::done;
}

}  // namespace vkxx::cli
