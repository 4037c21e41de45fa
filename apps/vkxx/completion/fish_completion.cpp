#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "completion/completion_scripts.hpp"
#include "completion/script_text.hpp"

namespace vkxx::cli {
namespace {

constexpr std::string_view fish_head =
    R"sh(# Completion of vkxx for fish. Generated from the commands of the program.

# Names of the API that fit what is being typed.
function __vkxx_names
    set -l typed (commandline -ct)
    printf '%s\n' (commandline -opc) "$typed" | vkxx completion-words 2>/dev/null
end

)sh";

std::string fish_quoted(std::string_view text) {
  return '\'' + replaced(replaced(text, '\\', R"(\\)"), '\'', R"(\')") + '\'';
}

// The part after the name of the command: a line that several commands share is written once.
std::string fish_completer(const option_description& option) {
  std::string text;
  if (!option.positional()) text = "-l " + option.name.substr(2);
  if (!option.words.empty()) {
    text += std::string{text.empty() ? "" : " -x "} + "-a " + fish_quoted(joined_words(option));
  } else if (needs_schema(option)) {
    text += "-a '(__vkxx_names)'";
  } else if (option.kind == value_kind::file) {
    text += " -r -F";
  } else if (option.takes_value) {
    text += " -x";
  }
  return option.positional() ? text : text + " -d " + fish_quoted(short_help(option.help));
}

// Positional arguments without completions need no line.
bool has_completion(const option_description& option) {
  return !option.positional() || !option.words.empty() || needs_schema(option);
}

// Each completer with the commands that have it, in the order of the commands.
std::vector<std::pair<std::string, std::string>> fish_completers(
    const std::vector<command_description>& commands) {
  std::vector<std::pair<std::string, std::string>> completers;
  for (const auto& command : commands) {
    if (command.hidden()) continue;
    for (const auto& option : command.options()) {
      if (!has_completion(option)) continue;
      auto completer = fish_completer(option);
      const auto found =
          std::ranges::find(completers, completer, &std::pair<std::string, std::string>::first);
      if (found == completers.end()) {
        completers.emplace_back(std::move(completer), command.name());
      } else if (!(' ' + found->second).ends_with(' ' + command.name())) {
        found->second += ' ' + command.name();
      }
    }
  }
  return completers;
}

}  // namespace

std::string fish_completion(const std::vector<command_description>& commands) {
  std::string text{fish_head};
  text += "set -l commands " + joined_names(commands, " ") + "\n";
  text += "set -l none \"not __fish_seen_subcommand_from $commands\"\n\ncomplete -c vkxx -f\n";
  text += "complete -c vkxx -l help -d 'Print the help'\n";
  text += "complete -c vkxx -n $none -l version -d 'Print the version'\n";
  for (const auto& command : commands) {
    if (command.hidden()) continue;
    text += "complete -c vkxx -n $none -a " + command.name() + " -d " +
            fish_quoted(command.summary()) + "\n";
  }
  text += '\n';
  for (const auto& [completer, owners] : fish_completers(commands)) {
    text += "complete -c vkxx -n '__fish_seen_subcommand_from " + owners + "' " + completer + "\n";
  }
  return text;
}

}  // namespace vkxx::cli
