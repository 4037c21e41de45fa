#include "manual/manual_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "command_line/command_line.hpp"
#include "manual/manual_sections.hpp"
#include "manual/roff.hpp"

namespace vkxx::cli {
namespace {

// A group of options that several commands share word by word; the page has it once.
struct option_group {
  std::string heading;
  std::string text;
  int commands = 0;
};

std::string synopsis_of(const option_description& argument) {
  auto text = R"(\fI)" + roff_escaped(argument.name) + R"(\fP)";
  if (!argument.required) text = '[' + text + ']';
  return text + (argument.repeatable ? "..." : "");
}

std::string synopsis_of(const command_description& command) {
  auto text = R"(\fBvkxx )" + roff_escaped(command.name()) + R"(\fP)";
  bool options = false;
  for (const auto& option : command.options()) {
    if (option.positional()) {
      text += ' ' + synopsis_of(option);
    } else {
      options = true;
    }
  }
  return text + (options ? R"( [\fIOPTION\fP]...)" : "") + "\n.br\n";
}

std::string word_list(const option_description& option) {
  if (option.words.empty() || option.words.front().help.empty()) return {};
  std::string text = ".RS\n";
  for (const auto& [word, help] : option.words) {
    text += ".TP\n\\fB" + roff_escaped(word) + "\\fP\n" + roff_prose(help) + ".\n";
  }
  return text + ".RE\n";
}

std::string option_entry(const option_description& option) {
  auto text = std::string{".TP\n"} + (option.positional() ? R"(\fI)" : R"(\fB)") +
              roff_escaped(option.name) + R"(\fP)";
  if (!option.value_name.empty()) text += R"( \fI)" + roff_escaped(option.value_name) + R"(\fP)";
  text += '\n';
  text += roff_prose(option.details.empty() ? option.help + '.' : option.details) + '\n';
  return text + word_list(option);
}

// The options of a command by heading, in the order of the help.
std::vector<option_group> groups_of(const command_description& command) {
  std::vector<option_group> groups;
  for (const auto& option : command.options()) {
    auto found = std::ranges::find(groups, option.group, &option_group::heading);
    if (found == groups.end()) {
      groups.push_back({option.group, {}, 1});
      found = groups.end() - 1;
    }
    found->text += option_entry(option);
  }
  return groups;
}

std::vector<option_group> shared_groups(const std::vector<command_description>& commands) {
  std::vector<option_group> all;
  for (const auto& command : commands) {
    for (auto& group : groups_of(command)) {
      if (group.heading.empty()) continue;
      const auto found = std::ranges::find_if(all, [&](const option_group& other) {
        return other.heading == group.heading && other.text == group.text;
      });
      if (found == all.end()) {
        all.push_back(std::move(group));
      } else {
        ++found->commands;
      }
    }
  }
  std::erase_if(all, [](const option_group& group) { return group.commands < 2; });
  return all;
}

std::string command_section(const command_description& command,
                            const std::vector<option_group>& shared) {
  auto text = ".SS vkxx " + roff_escaped(command.name()) + '\n';
  text += roff_paragraphs(command.details().empty() ? command.summary() + '.' : command.details());
  std::string elsewhere;
  for (const auto& group : groups_of(command)) {
    const bool is_shared = std::ranges::any_of(shared, [&](const option_group& other) {
      return other.heading == group.heading && other.text == group.text;
    });
    if (is_shared) {
      elsewhere += (elsewhere.empty() ? "" : ", ") + group.heading;
    } else {
      text += group.text;
    }
  }
  if (!elsewhere.empty()) {
    text += ".PP\nOther options, see SHARED OPTIONS: " + roff_prose(elsewhere) + ".\n";
  }
  if (!command.notes().empty()) text += ".PP\n" + roff_paragraphs(command.notes());
  std::string examples;
  for (const auto& line : command.examples()) examples += line + '\n';
  return examples.empty() ? text : text + roff_example(examples);
}

}  // namespace

std::string manual_page(const std::vector<command_description>& all) {
  auto commands = all;
  std::erase_if(commands, [](const command_description& command) { return command.hidden(); });
  const auto shared = shared_groups(commands);
  auto text = fmt::format(
      ".TH VKXX 1 \"\" \"vkxx {}\" \"User Commands\"\n.SH NAME\nvkxx \\- {}\n.SH SYNOPSIS\n",
      program_version(), "call the VK API, explain its errors, emulate it locally");
  for (const auto& command : commands) text += synopsis_of(command);
  text += "\\fBvkxx\\fP \\fB\\-\\-help\\fP | \\fB\\-\\-version\\fP\n.SH DESCRIPTION\n";
  text += roff_paragraphs(manual_introduction());
  text += ".SH COMMANDS\n";
  for (const auto& command : commands) text += command_section(command, shared);
  text += ".SH SHARED OPTIONS\n";
  for (const auto& group : shared) text += ".SS " + roff_escaped(group.heading) + '\n' + group.text;
  text += ".SH EXIT STATUS\n";
  for (const auto& [name, help] : exit_statuses()) {
    text += ".TP\n\\fB" + roff_escaped(name) + "\\fP\n" + roff_prose(help) + '\n';
  }
  text += ".SH ENVIRONMENT\n";
  for (const auto& [name, help] : environment_variables()) {
    text += ".TP\n\\fB" + roff_escaped(name) + "\\fP\n" + roff_prose(help) + '\n';
  }
  std::string examples;
  for (const auto& line : program_examples()) examples += line + '\n';
  text += ".SH EXAMPLES\n" + roff_example(examples);
  return text + ".SH SEE ALSO\nThe documentation of the API:\n.UR https://dev.vk.com\n.UE\n";
}

}  // namespace vkxx::cli
