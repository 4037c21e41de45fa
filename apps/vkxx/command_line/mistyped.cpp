#include "command_line/mistyped.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vkxx/core/redaction.hpp>

#include "command_line/spelling.hpp"
#include "command_line/usage_failure.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

// An option as it is typed, with its dashes.
struct known_option {
  std::string name;
  bool takes_value = false;
  bool repeatable = false;
};

struct known_command {
  std::string name;  // empty: the program itself, before a command
  std::vector<known_option> options;
  bool hidden = false;  // not suggested
};

std::vector<known_command> known_commands(const std::vector<command_description>& commands) {
  std::vector<known_command> all{{"", {{"--help"}, {"-h"}, {"--version"}}}};
  for (const auto& command : commands) {
    known_command known{command.name(), {{"--help"}, {"-h"}}, command.hidden()};
    for (const auto& option : command.options()) {
      if (option.positional()) continue;
      known.options.push_back({option.name, option.takes_value, option.repeatable});
    }
    all.push_back(std::move(known));
  }
  return all;
}

std::string help_of(const known_command& command) {
  return command.name.empty() ? "vkxx --help" : "vkxx " + command.name + " --help";
}

// It may be a token in the wrong place: only text that looks like a name is repeated.
std::string name_in_message(std::string_view name) {
  constexpr std::size_t longest_name = 30;
  return name.size() <= longest_name ? printable(name) : redacted_text(name.substr(0, 10)) + "…";
}

const known_option* find_option(const known_command& command, std::string_view name) {
  const auto found = std::ranges::find(command.options, name, &known_option::name);
  return found == command.options.end() ? nullptr : &*found;
}

// A misspelling; else options whose names begin with it (`--time`).
[[nodiscard]] std::vector<std::string_view> similar_options(const known_command& command,
                                                            std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& option : command.options) names.push_back(option.name);
  constexpr std::size_t shortest = 4;
  if (name.size() < shortest) return {};
  auto found = nearest(name, names);
  if (!found.empty()) return found;
  std::ranges::copy_if(names, std::back_inserter(found),
                       [&](std::string_view known) { return known.starts_with(name); });
  if (found.size() > 3) found.resize(3);
  return found;
}

std::string owners_of(std::string_view name, const std::vector<known_command>& commands) {
  std::string owners;
  for (const auto& command : commands) {
    if (command.name.empty() || find_option(command, name) == nullptr) continue;
    owners += (owners.empty() ? "vkxx " : ", ") + command.name;
  }
  return owners;
}

[[noreturn]] void refuse_option(std::string_view name, const known_command& command,
                                const std::vector<known_command>& commands) {
  auto message = "unknown option: " + name_in_message(name);
  const auto owners = owners_of(name, commands);
  if (!owners.empty()) {
    message +=
        command.name.empty()
            ? fmt::format("; options follow the command (it is one of {})", owners)
            : fmt::format("; vkxx {} does not have it (it is one of {})", command.name, owners);
  } else if (const auto similar = similar_options(command, name); !similar.empty()) {
    message += "; " + did_you_mean(similar);
  }
  throw usage_failure{message, help_of(command)};
}

[[noreturn]] void refuse_command(std::string_view name,
                                 const std::vector<known_command>& commands) {
  std::vector<std::string_view> names;
  for (const auto& command : commands) {
    if (!command.name.empty() && !command.hidden) names.push_back(command.name);
  }
  std::string hint = did_you_mean(name == "help" || name == "version"
                                      ? std::vector<std::string_view>{"--help", "--version"}
                                      : nearest(name, names));
  // Often a method without its command.
  if (hint.empty() && name.find('.') != std::string_view::npos) hint = "did you mean vkxx call?";
  if (hint.empty()) {
    hint = "there are ";
    for (const auto& known : names) {
      hint += (known == names.front() ? "" : ", ") + std::string{known};
    }
  }
  throw usage_failure{"unknown command: " + name_in_message(name) + "; " + hint, "vkxx --help"};
}

}  // namespace

void check_spelling(const std::vector<std::string>& arguments,
                    const std::vector<command_description>& described) {
  const auto commands = known_commands(described);
  const auto* chosen = &commands.front();
  std::vector<const known_option*> given;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--") return;
    if (argument.size() < 2 || !argument.starts_with('-')) {
      if (!chosen->name.empty()) continue;
      const auto found = std::ranges::find(commands, argument, &known_command::name);
      if (argument.empty() || found == commands.end()) refuse_command(argument, commands);
      chosen = &*found;
      continue;
    }
    const auto equals = argument.find('=');
    const auto* const option = find_option(*chosen, argument.substr(0, equals));
    if (option == nullptr) refuse_option(argument.substr(0, equals), *chosen, commands);
    // Help and version are printed whatever follows.
    if (option->name == "--help" || option->name == "--version" || option->name == "-h") return;
    if (option->takes_value && !option->repeatable && std::ranges::count(given, option) > 0) {
      throw usage_failure{option->name + " is given more than once", help_of(*chosen)};
    }
    given.push_back(option);
    if (option->takes_value && equals == std::string_view::npos) ++i;
  }
}

}  // namespace vkxx::cli
