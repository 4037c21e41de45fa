// A description is the only place of a command: help, completions and manual page follow from it.
#include "command_line/command_description.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "command_line/command_line.hpp"
#include "commands/command_list.hpp"
#include "completion/completion_scripts.hpp"
#include "completion/completion_words.hpp"
#include "manual/manual_page.hpp"

namespace vkxx::cli {
namespace {

// What the program has for its users, made from a list of commands.
struct program_texts {
  std::string help;
  std::string bash;
  std::string zsh;
  std::string fish;
  std::string manual;

  explicit program_texts(const std::vector<command_description>& commands,
                         const std::string& command)
      : bash{bash_completion(commands)},
        zsh{zsh_completion(commands)},
        fish{fish_completion(commands)},
        manual{manual_page(commands)} {
    const char* const argv[] = {"vkxx", command.c_str(), "--help"};
    help = read_command_line(commands, 3, argv).text;
  }
};

testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << part << " is not in:\n" << text;
}

TEST(CommandDescription, NewOptionOfACommandAppearsEverywhere) {
  auto commands = all_commands();
  std::string colour;
  for (auto& command : commands) {
    if (command.name() != "explain") continue;
    command.word("--colour", colour, {{"always"}, {"never"}}, "WHEN", "Colour the output");
  }
  const program_texts texts{commands, "explain"};
  EXPECT_TRUE(contains(texts.help, "--colour WHEN"));
  EXPECT_TRUE(contains(texts.help, "Colour the output"));
  EXPECT_TRUE(contains(texts.bash, "words=\"--list --json --colour --help\""));
  EXPECT_TRUE(contains(texts.bash, "compgen -W \"always never\""));
  EXPECT_TRUE(contains(texts.zsh, "'--colour[Colour the output]:WHEN:(always never)'"));
  EXPECT_TRUE(contains(texts.fish,
                       "-n '__fish_seen_subcommand_from explain' -l colour -x -a 'always never' "
                       "-d 'Colour the output'"));
  EXPECT_TRUE(
      contains(texts.manual, ".TP\n\\fB\\-\\-colour\\fP \\fIWHEN\\fP\nColour the output.\n"));
}

TEST(CommandDescription, NewCommandAppearsEverywhere) {
  auto commands = all_commands();
  std::string method;
  command_description added{"probe", "Probe a method"};
  added.text("METHOD", method, {}, "The method").set_required().set_kind(value_kind::method);
  added.examples({"vkxx probe users.get"});
  added.on_run([] { return exit_status::network; });
  commands.push_back(std::move(added));
  const program_texts texts{commands, "probe"};
  EXPECT_TRUE(contains(texts.help, "Probe a method"));
  EXPECT_TRUE(contains(texts.help, "Examples:\n  vkxx probe users.get"));
  EXPECT_TRUE(contains(texts.bash, "| probe)"));
  EXPECT_TRUE(contains(texts.bash, "probe/*"));
  EXPECT_TRUE(contains(texts.zsh, "'probe:Probe a method'"));
  EXPECT_TRUE(contains(texts.zsh, "'1:METHOD:_vkxx_names'"));
  EXPECT_TRUE(contains(texts.fish, "-a probe -d 'Probe a method'"));
  EXPECT_TRUE(contains(texts.manual, ".SS vkxx probe\nProbe a method.\n"));
  EXPECT_TRUE(contains(texts.manual, "\\fBvkxx probe\\fP \\fIMETHOD\\fP\n"));
  EXPECT_EQ(completion_words(commands, {"vkxx", "probe", "users.getF"}).front().word,
            "users.getFollowers");
  const char* const argv[] = {"vkxx", "probe", "users.get"};
  const auto parsed = read_command_line(commands, 3, argv);
  ASSERT_NE(parsed.command, nullptr);
  EXPECT_EQ(parsed.command->run(), exit_status::network);
  EXPECT_EQ(method, "users.get");
}

TEST(CommandDescription, HiddenCommandAppearsNowhere) {
  const program_texts texts{all_commands(), "call"};
  for (const auto* text : {&texts.help, &texts.manual}) {
    EXPECT_EQ(text->find("completion-words"), std::string::npos);
  }
  EXPECT_TRUE(contains(texts.zsh, "vkxx completion-words")) << "the scripts call it";
  EXPECT_EQ(texts.zsh.find("'completion-words"), std::string::npos);
  EXPECT_EQ(texts.bash.find("| completion-words"), std::string::npos);
  EXPECT_EQ(texts.fish.find("-a completion-words"), std::string::npos);
}

TEST(CommandDescription, OptionsOfSeveralCommandsAreInTheManualOnce) {
  const auto manual = manual_page(all_commands());
  const std::string entry = ".TP\n\\fB\\-\\-proxy\\fP \\fIURL\\fP\n";
  const auto found = manual.find(entry);
  ASSERT_NE(found, std::string::npos);
  EXPECT_EQ(manual.find(entry, found + 1), std::string::npos);
  EXPECT_GT(found, manual.find(".SH SHARED OPTIONS"));
}

TEST(CommandDescription, ManualEscapesWhatRoffWouldRead) {
  command_description command{"odd", "Odd"};
  command.details(".dot\n'quote \\ `bold-er` --limit -- x");
  command.examples({"vkxx odd '~^'"});
  const auto manual = manual_page({command});
  EXPECT_TRUE(contains(manual,
                       "\n\\&.dot\n\\(aqquote \\e \\fBbold\\-er\\fP \\fB\\-\\-limit\\fP "
                       "\\-\\- x\n"));
  EXPECT_TRUE(contains(manual, ".EX\nvkxx odd \\(aq\\(ti\\(ha\\(aq\n.EE\n"));
}

TEST(CommandDescription, ScriptsQuoteTheHelp) {
  command_description command{"odd", "It's odd: very"};
  bool flag = false;
  command.flag("--odd", flag, "It's [a] 'quote'");
  const std::vector commands{command};
  EXPECT_TRUE(contains(fish_completion(commands), R"(-d 'It\'s odd: very')"));
  EXPECT_TRUE(contains(zsh_completion(commands), R"('odd:It'\''s odd: very')"));
  EXPECT_TRUE(contains(zsh_completion(commands), R"('--odd[It'\''s]')"));
}

TEST(CheckWord, NamesTheWordsAndTheOneMeant) {
  const std::vector<value_word> words{{"user"}, {"community"}, {"service"}};
  EXPECT_NO_THROW(check_word("user", words));
  try {
    check_word("comunity", words);
    FAIL() << "nothing was thrown";
  } catch (const std::invalid_argument& failure) {
    EXPECT_STREQ(failure.what(),
                 "expected user, community or service, not \"comunity\"; did you mean community?");
  }
}

}  // namespace
}  // namespace vkxx::cli
