// The only file that includes CLI11, which takes long to compile.
#include "command_line/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "command_line/mistyped.hpp"
#include "command_line/usage_failure.hpp"

namespace vkxx::cli {
namespace {

constexpr auto program_notes =
    R"(`vkxx COMMAND --help` describes a command. Exit status: 0 success, 1 output cannot be written,
2 usage, 3 API error, 4 token missing or invalid, 5 network error or timeout, 6 invalid response,
130 interrupted, 141 the reader of the output has gone. With --json an error is one line of JSON on
standard error.)";

// CLI11 does not support `--` in a command. Arguments after it are marked if they look like
// options; the mark is removed when a positional argument is read.
constexpr char dash_mark = '\x01';

std::vector<std::string> marked_words(const std::vector<std::string>& words) {
  std::vector<std::string> all;
  bool options = true;
  for (const auto& word : words) {
    if (options && word == "--") {
      options = false;
    } else {
      all.push_back(!options && word.starts_with('-') ? dash_mark + word : word);
    }
  }
  return all;
}

std::string unmarked_word(const std::string& word) {
  const bool marked = word.starts_with(dash_mark) && word.substr(1).starts_with('-');
  return marked ? word.substr(1) : word;
}

void read_value(const option_description& option, const std::string& text) {
  try {
    option.read(option.positional() ? unmarked_word(text) : text);
  } catch (const std::invalid_argument& failure) {
    throw CLI::ValidationError{option.name, failure.what()};
  }
}

CLI::Option* add_option(CLI::App& app, const option_description& option) {
  if (!option.takes_value) {
    return app.add_flag_function(
        option.name,
        [&option](std::int64_t count) {
          if (count > 0) read_value(option, {});
        },
        option.help);
  }
  if (!option.repeatable) {
    return app.add_option_function<std::string>(
        option.name, [&option](const std::string& text) { read_value(option, text); }, option.help);
  }
  auto* list = app.add_option_function<std::vector<std::string>>(
      option.name,
      [&option](const std::vector<std::string>& texts) {
        for (const auto& text : texts) read_value(option, text);
      },
      option.help);
  return option.positional() ? list : list->expected(1)->take_all();
}

void add_options(CLI::App& app, const command_description& command) {
  for (const auto& option : command.options()) {
    auto* added = add_option(app, option);
    if (option.takes_value) added->type_name(option.positional() ? "" : option.value_name);
    if (!option.group.empty()) added->group(option.group);
    if (option.required) added->required();
  }
  for (const auto& option : command.options()) {
    auto* added = app.get_option(option.name);
    for (const auto& other : option.needs) added->needs(app.get_option(other));
    for (const auto& other : option.excludes) added->excludes(app.get_option(other));
  }
}

CLI::App* add_command(CLI::App& app, const command_description& command) {
  auto* added = app.add_subcommand(command.name(), command.summary());
  add_options(*added, command);
  added->footer(command.footer());
  added->group(command.hidden() ? "" : "Commands");
  return added;
}

std::string program_footer() {
  std::string text = "Examples:";
  for (const auto& line : program_examples()) text += "\n  " + line;
  return text + "\n\n" + program_notes;
}

void set_up_program(CLI::App& app) {
  app.set_version_flag("--version", "vkxx " + program_version(), "Print the version");
  app.require_subcommand(1);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.get_formatter()->column_width(28);
  app.footer(program_footer());
}

std::string help_hint(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? "vkxx --help" : "vkxx " + chosen.front()->get_name() + " --help";
}

// Returns the text to print; nothing for a command.
std::string parse(CLI::App& app, const std::vector<command_description>& commands,
                  const std::vector<std::string>& arguments) {
  // Before parsing: the value of a mistyped option would become an argument.
  check_spelling(arguments, commands);
  auto words = marked_words(arguments);
  std::ranges::reverse(words);
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return app.help();
  } catch (const CLI::CallForVersion&) {
    return app.version() + "\n";
  } catch (const CLI::ExtrasError&) {
    throw usage_failure{"there are more arguments than expected", help_hint(app)};
  } catch (const CLI::RequiredError& failure) {
    const bool no_command = app.get_subcommands().empty();
    throw usage_failure{
        no_command ? "expected a command: " + joined_names(commands, ", ") : failure.what(),
        help_hint(app)};
  } catch (const CLI::ParseError& failure) {
    throw usage_failure{failure.what(), help_hint(app)};
  }
  return {};
}

}  // namespace

std::string program_version() {
  return VKXX_VERSION;
}

const std::vector<std::string>& program_examples() {
  static const std::vector<std::string> lines{
      "vkxx demo",
      "vkxx login vkid --client-id 51000000",
      "vkxx call users.get user_ids=1,durov fields=city --lang en",
      "vkxx describe wall.get",
      "vkxx explain 14",
      "vkxx emulate --port 8080",
  };
  return lines;
}

parsed_command_line read_command_line(const std::vector<command_description>& commands, int argc,
                                      const char* const* argv) {
  CLI::App app{std::string{program_summary}, "vkxx"};
  set_up_program(app);
  std::vector<const CLI::App*> added;
  for (const auto& command : commands) added.push_back(add_command(app, command));
  auto text = parse(app, commands, {argv + std::min(argc, 1), argv + argc});
  if (!text.empty()) return {nullptr, std::move(text)};
  const auto chosen =
      std::ranges::find_if(added, [](const auto* command) { return command->parsed(); });
  if (chosen == added.end()) return {nullptr, app.help()};
  return {&commands[static_cast<std::size_t>(chosen - added.begin())], {}};
}

}  // namespace vkxx::cli
