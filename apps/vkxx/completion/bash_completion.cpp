#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "completion/completion_scripts.hpp"
#include "completion/script_text.hpp"

namespace vkxx::cli {
namespace {

constexpr std::string_view bash_head =
    R"sh(# Completion of vkxx for bash. Generated from the commands of the program.

# Names of the API that fit the word being typed. $1: its end as bash cuts it, at = and : too.
_vkxx_names() {
  local line=${COMP_LINE:0:COMP_POINT} end=$1 words name about
  local typed=${line##*[[:space:]]}
  case $end in = | : | :=) end= ;; esac
  local begin=${typed%"$end"}
  read -ra words <<<"${line%"$typed"}"
  while IFS=$'\t' read -r name about; do
    COMPREPLY+=("${name#"$begin"}")
  done < <(printf '%s\n' "${words[@]}" "$typed" | vkxx completion-words 2>/dev/null)
  if [[ ${COMPREPLY[0]-} == *[.=] ]]; then compopt -o nospace 2>/dev/null; fi
}

_vkxx() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= i
  COMPREPLY=()
)sh";

constexpr std::string_view bash_files =
    R"sh(      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      return
      ;;
)sh";

// How the value of an option is completed: files, words (joined by spaces), or not at all.
std::string bash_completer(const option_description& option) {
  if (!option.words.empty()) return joined_words(option);
  return option.kind == value_kind::file ? "/files/" : "";
}

// For each completer the options in the form `COMMAND/--option`, or `*/--option` where all commands
// that have it agree.
std::map<std::string, std::vector<std::string>> patterns_by_completer(
    const std::vector<command_description>& commands) {
  std::map<std::string, std::vector<std::string>> completers_of_option;
  const auto each_value = [&](auto action) {
    for (const auto& command : commands) {
      for (const auto& option : command.options()) {
        if (!option.positional() && option.takes_value) action(command, option);
      }
    }
  };
  each_value([&](const auto&, const option_description& option) {
    completers_of_option[option.name].push_back(bash_completer(option));
  });
  std::map<std::string, std::vector<std::string>> patterns;
  each_value([&](const command_description& command, const option_description& option) {
    const auto& completers = completers_of_option[option.name];
    const bool same = std::ranges::all_of(
        completers, [&](const std::string& other) { return other == completers.front(); });
    auto& list = patterns[bash_completer(option)];
    auto pattern = (same ? "*" : command.name()) + '/' + option.name;
    if (std::ranges::find(list, pattern) == list.end()) list.push_back(std::move(pattern));
  });
  return patterns;
}

std::string value_cases(const std::vector<command_description>& commands) {
  std::string text = "  case $command/$before in\n";
  for (const auto& [completer, patterns] : patterns_by_completer(commands)) {
    text += "    " + wrapped(patterns, " |", " \\\n      ") + ")\n";
    if (completer == "/files/") {
      text += bash_files;
      continue;
    }
    if (!completer.empty()) {
      text += "      mapfile -t COMPREPLY < <(compgen -W \"" + completer + "\" -- \"$word\")\n";
    }
    text += "      return\n      ;;\n";
  }
  return text + "  esac\n";
}

std::string schema_case(const std::vector<command_description>& commands) {
  std::vector<std::string> patterns;
  for (const auto& command : commands) {
    if (std::ranges::any_of(command.options(), needs_schema))
      patterns.push_back(command.name() + "/*");
  }
  if (patterns.empty()) return {};
  return "  case $command/$word in\n    */-*) ;;\n    " + wrapped(patterns, " |", " \\\n      ") +
         ")\n      _vkxx_names \"$word\"\n      return\n      ;;\n  esac\n";
}

std::string words_of_command(const command_description& command) {
  std::vector<std::string> words;
  for (const auto& option : command.options()) {
    if (!option.positional()) continue;
    for (const auto& [word, help] : option.words) words.push_back(word);
  }
  for (const auto& option : command.options()) {
    if (!option.positional()) words.push_back(option.name);
  }
  words.emplace_back("--help");
  return "    " + command.name() + ")\n      words=\"" + wrapped(words, "", "\n        ") +
         "\"\n      ;;\n";
}

}  // namespace

std::string bash_completion(const std::vector<command_description>& commands) {
  std::string text{bash_head};
  text += "  for ((i = 1; i < COMP_CWORD; ++i)); do\n    case ${COMP_WORDS[i]} in\n      ";
  text += joined_names(commands, " | ");
  text += ")\n        command=${COMP_WORDS[i]}\n        break\n        ;;\n    esac\n  done\n\n";
  text += value_cases(commands) + "\n" + schema_case(commands);
  text += "\n  local words=\n  case $command in\n    '') words=\"" + joined_names(commands, " ") +
          " --help --version\" ;;\n";
  for (const auto& command : commands) {
    if (!command.hidden()) text += words_of_command(command);
  }
  text += "  esac\n  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n}\n\n";
  return text + "complete -F _vkxx vkxx\n";
}

}  // namespace vkxx::cli
