#include <string>
#include <string_view>
#include <vector>

#include "completion/completion_scripts.hpp"
#include "completion/script_text.hpp"

namespace vkxx::cli {
namespace {

constexpr std::string_view zsh_head =
    R"sh(#compdef vkxx
# Completion of vkxx for zsh. Generated from the commands of the program.

# Names of the API that fit what is being typed.
_vkxx_names() {
  local -a names shown
  local line
  for line in ${(f)"$(print -rl -- "${(@)words[1,CURRENT-1]}" "$PREFIX" |
    vkxx completion-words 2>/dev/null)"}; do
    names+=("${line%%$'\t'*}")
    if [[ $line == *$'\t' ]]; then shown+=($names[-1]); else shown+=("${line/$'\t'/  -- }"); fi
  done
  if [[ $names[1] == *[.=] ]]; then
    compadd -S '' -l -d shown -a names
  else
    compadd -l -d shown -a names
  fi
}

_vkxx() {
  local context state state_descr line
  typeset -A opt_args
  local -a commands
  commands=(
)sh";

constexpr std::string_view zsh_dispatch =
    R"sh(  )

  _arguments -C \
    '(- *)--help[Print the help]' \
    '(- *)--version[Print the version]' \
    '1:command:->command' \
    '*::argument:->argument'

  case $state in
    command) _describe command commands ;;
    argument)
      case $words[1] in
)sh";

constexpr std::string_view zsh_tail =
    R"sh(      esac
      ;;
  esac
}

# Called by the completion system, or read as a file to be set up.
if [[ $funcstack[1] == _vkxx ]]; then
  _vkxx "$@"
else
  compdef _vkxx vkxx
fi
)sh";

// Between single quotes.
std::string zsh_quoted(std::string_view text) {
  return replaced(text, '\'', R"('\'')");
}

// In a specification of _arguments, where a colon ends a part.
std::string without_colons(std::string_view text) {
  return replaced(text, ':', R"(\:)");
}

std::string zsh_completer(const option_description& option) {
  if (!option.words.empty()) return '(' + joined_words(option) + ')';
  if (needs_schema(option)) return "_vkxx_names";
  if (option.kind == value_kind::file) return "_files";
  return option.kind == value_kind::url ? "_urls" : "";
}

std::string zsh_option(const option_description& option) {
  std::string text = option.repeatable ? "*" : "";
  text += option.name + '[' + replaced(short_help(option.help), ']', R"(\])") + ']';
  if (option.takes_value) {
    text += ':' + without_colons(option.value_name) + ':' + zsh_completer(option);
  }
  return zsh_quoted(text);
}

// `position` counts from 1.
std::string zsh_argument(const option_description& option, int position) {
  const auto place = option.repeatable ? std::string{"*"} : std::to_string(position);
  const auto message = option.repeatable ? option.help : option.name;
  return zsh_quoted(place + ':' + without_colons(message) + ':' + zsh_completer(option));
}

std::string zsh_command(const command_description& command) {
  auto text = "        " + command.name() + ")\n          _arguments \\\n";
  int position = 0;
  for (const auto& option : command.options()) {
    const auto specification =
        option.positional() ? zsh_argument(option, ++position) : zsh_option(option);
    text += "            '" + specification + "' \\\n";
  }
  return text + "            '(- *)--help[Print the help]'\n          ;;\n";
}

}  // namespace

std::string zsh_completion(const std::vector<command_description>& commands) {
  std::string text{zsh_head};
  for (const auto& command : commands) {
    if (command.hidden()) continue;
    text += "    '" + zsh_quoted(command.name() + ':' + command.summary()) + "'\n";
  }
  text += zsh_dispatch;
  for (const auto& command : commands) {
    if (!command.hidden()) text += zsh_command(command);
  }
  text += zsh_tail;
  return text;
}

}  // namespace vkxx::cli
