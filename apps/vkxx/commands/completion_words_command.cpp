// `vkxx completion-words`: called by the completion scripts. The words typed so far come on
// standard input, one per line: arguments are visible to other users of the machine, and a token
// may be among them.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "command_line/command_description.hpp"
#include "commands/command_list.hpp"
#include "completion/completion_words.hpp"
#include "output/file.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

exit_status run_completion_words() {
  const auto input = read_file("-");
  std::vector<std::string> typed;
  std::size_t begin = 0;
  while (begin < input.size()) {
    const auto end = std::min(input.find('\n', begin), input.size());
    typed.push_back(input.substr(begin, end - begin));
    begin = end + 1;
  }
  std::string text;
  for (const auto& [word, about] : completion_words(all_commands(), typed)) {
    text += fmt::format("{}\t{}\n", word, about);
  }
  write_output(text);
  return exit_status::done;
}

}  // namespace

command_description completion_words_description() {
  command_description command{"completion-words", ""};
  command.hide();
  command.on_run(run_completion_words);
  return command;
}

}  // namespace vkxx::cli
