// The command line as a whole: what is read, what is refused, and that the examples of the help are
// valid.
#include "command_line/command_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "command_line/usage_failure.hpp"
#include "commands/command_list.hpp"

namespace vkxx::cli {
namespace {

parsed_command_line read(const std::vector<command_description>& commands,
                         std::vector<std::string> words) {
  words.insert(words.begin(), "vkxx");
  std::vector<const char*> argv;
  for (const auto& word : words) argv.push_back(word.c_str());
  return read_command_line(commands, static_cast<int>(argv.size()), argv.data());
}

// The message of the refusal; empty: there was none.
std::string refusal(const std::vector<std::string>& words) {
  try {
    static_cast<void>(read(all_commands(), words));
    return {};
  } catch (const usage_failure& failure) {
    return std::string{failure.what()} + " | " + failure.help();
  }
}

std::string help_of(const std::string& name) {
  return read(all_commands(), {name, "--help"}).text;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const auto& command : all_commands()) {
    if (!command.hidden()) names.push_back(command.name());
  }
  return names;
}

// A command with an argument, a list and two options, which stores what it reads.
struct sample_command {
  std::string subject;
  std::vector<std::string> others;
  std::optional<std::string> lang;
  bool loud = false;
  std::vector<command_description> commands;

  sample_command() {
    command_description command{"sample", "A command"};
    command.text("SUBJECT", subject, {}, "Any text");
    command.texts("OTHER", others, {}, "More texts");
    command.text("--lang", lang, "LANGUAGE", "A language");
    command.flag("--loud", loud, "Speak up");
    command.on_run([] { return exit_status::done; });
    commands.push_back(std::move(command));
  }
  sample_command(const sample_command&) = delete;
  sample_command& operator=(const sample_command&) = delete;
};

// The words of a shell command line up to the end of its first command.
std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words;
  bool open = false;
  char quote = '\0';
  for (const char character : line) {
    if (quote == '\0' && (character == '|' || character == '>' || character == ';')) break;
    if (quote == '\0' && character == ' ') {
      open = false;
      continue;
    }
    if (!open) words.emplace_back();
    open = true;
    if (character == quote) {
      quote = '\0';
    } else if (quote == '\0' && (character == '\'' || character == '"')) {
      quote = character;
    } else {
      words.back() += character;
    }
  }
  return words;
}

// The examples in a help text that begin with `vkxx`.
std::vector<std::string> examples_in(const std::string& help) {
  std::vector<std::string> found;
  auto at = help.find("Examples:\n");
  while (at < help.size()) {
    const auto end = std::min(help.find('\n', at), help.size());
    const auto line = help.substr(at, end - at);
    if (line.starts_with("  vkxx ")) found.push_back(line.substr(2));
    at = end + 1;
  }
  return found;
}

TEST(Help, OfEachCommandHasValidExamples) {
  for (const auto& name : command_names()) {
    const auto examples = examples_in(help_of(name));
    EXPECT_FALSE(examples.empty()) << name;
    for (const auto& example : examples) {
      auto words = shell_words(example);
      ASSERT_GE(words.size(), 2U) << example;
      EXPECT_EQ(words[1], name) << example;
      words.erase(words.begin());
      EXPECT_EQ(refusal(words), "") << example;
    }
  }
}

TEST(Help, OfTheProgramHasValidExamples) {
  const auto examples = examples_in(read(all_commands(), {"--help"}).text);
  EXPECT_GE(examples.size(), 5U);
  for (const auto& example : examples) {
    auto words = shell_words(example);
    words.erase(words.begin());
    EXPECT_EQ(refusal(words), "") << example;
  }
}

TEST(MistypedCommand, IsRefusedWithASuggestion) {
  EXPECT_EQ(refusal({"cal"}), "unknown command: cal; did you mean call? | vkxx --help");
  EXPECT_EQ(refusal({"emulat"}), "unknown command: emulat; did you mean emulate? | vkxx --help");
  EXPECT_NE(refusal({"users.get"}).find("did you mean vkxx call?"), std::string::npos);
  EXPECT_NE(refusal({"help"}).find("--help"), std::string::npos);
  EXPECT_NE(refusal({"frobnicate"}).find("there are call, all, login"), std::string::npos);
  EXPECT_EQ(refusal({"frobnicate"}).find("completion-words"), std::string::npos);
  EXPECT_NE(refusal({""}), "");
}

TEST(MistypedOption, IsRefusedWithASuggestion) {
  EXPECT_EQ(refusal({"call", "users.get", "--timeuot", "3"}),
            "unknown option: --timeuot; did you mean --timeout? | vkxx call --help");
  EXPECT_NE(refusal({"call", "users.get", "--time=3"}).find("--timeout"), std::string::npos);
  EXPECT_NE(refusal({"describe", "wall.get", "--compact"}).find("vkxx call"), std::string::npos);
  EXPECT_NE(refusal({"--token", "x", "call"}).find("options follow the command"),
            std::string::npos);
  EXPECT_NE(refusal({"login", "--clientid", "5"}).find("--client-id"), std::string::npos);
  for (const auto& name : command_names()) {
    EXPECT_NE(refusal({name, "--frobnicate"}).find("unknown option: --frobnicate"),
              std::string::npos)
        << name;
  }
}

TEST(MistypedOption, IsNotRepeatedIfItMayBeAToken) {
  const std::string token = "vk1.a.0123456789abcdefghijklmnopqrstuvwxyz0123456789";
  EXPECT_EQ(refusal({"call", "users.get", "--token" + token}).find(token), std::string::npos);
  EXPECT_EQ(refusal({token}).find(token), std::string::npos);
}

TEST(CommandLine, SelectsTheCommand) {
  const auto commands = all_commands();
  for (const auto& name : {"demo", "profiles"}) {
    const auto parsed = read(commands, {name});
    ASSERT_NE(parsed.command, nullptr);
    EXPECT_EQ(parsed.command->name(), name);
    EXPECT_EQ(parsed.text, "");
  }
  EXPECT_EQ(read(commands, {"--version"}).command, nullptr);
  EXPECT_EQ(read(commands, {"--version"}).text, "vkxx " + program_version() + "\n");
}

TEST(OptionValue, MayLookLikeAnOption) {
  sample_command sample;
  read(sample.commands, {"sample", "x", "--lang", "--frobnicate", "text=--token", "--", "--x=1"});
  EXPECT_EQ(sample.subject, "x");
  EXPECT_EQ(sample.lang, "--frobnicate");
  EXPECT_EQ(sample.others, (std::vector<std::string>{"text=--token", "--x=1"}));
  EXPECT_FALSE(sample.loud);
}

TEST(TwoDashes, EndTheOptions) {
  sample_command sample;
  read(sample.commands, {"sample", "--loud", "--", "--lang"});
  EXPECT_EQ(sample.subject, "--lang");
  EXPECT_EQ(sample.lang, std::nullopt);
  EXPECT_TRUE(sample.loud);
  EXPECT_EQ(refusal({"explain", "--json", "--", "14"}), "");
  EXPECT_NE(refusal({"explain", "14", "1", "--", "2"}).find("more arguments"), std::string::npos);
  EXPECT_NE(refusal({"demo", "--", "x"}).find("more arguments"), std::string::npos);
  EXPECT_NE(refusal({"demo", "x"}).find("more arguments"), std::string::npos);
  EXPECT_NE(refusal({"explain", "14", "1", "2"}).find("more arguments"), std::string::npos);
}

TEST(OptionWithAValue, IsGivenOnceUnlessItIsRepeatable) {
  EXPECT_EQ(refusal({"call", "users.get", "--lang", "ru", "--lang=en"}),
            "--lang is given more than once | vkxx call --help");
  EXPECT_EQ(refusal({"call", "users.get", "--verbose", "--verbose"}), "");
  EXPECT_EQ(refusal({"emulate", "--fault", "html", "--fault", "empty"}), "");
}

TEST(Number, OutOfRangeIsRefusedWithTheRange) {
  struct sample {
    std::vector<std::string> words;
    std::string range;
  };
  const sample samples[] = {
      {{"call", "a.b", "--timeout"}, "seconds from 0.001 to 86400"},
      {{"call", "a.b", "--tries"}, "a number from 1 to 100"},
      {{"all", "a.b", "--tries"}, "a number from 1 to 100"},
      {{"login", "vkid", "--port"}, "a port from 0 to 65535"},
      {{"login", "communities", "--group-ids"}, "ids from 1 to 9223372036854775807"},
      {{"emulate", "--port"}, "a port from 0 to 65535"},
      {{"emulate", "--seed"}, "a number from 0 to 18446744073709551615"},
      {{"emulate", "--page-seed"}, "a number from 0 to 18446744073709551615"},
      {{"emulate", "--token-lifetime"}, "seconds from 1 to 1000000000"},
      {{"bench", "--seconds"}, "seconds from 1 to 3600"},
      {{"bench", "--callers"}, "a number from 1 to 100000"},
      {{"bench", "--latency"}, "milliseconds from 0 to 60000"},
      {{"bench", "--faults"}, "a share from 0 to 0.2"},
      {{"explain", "15"}, "a number from 0 to 2147483647"},
  };
  for (const auto& [words, range] : samples) {
    for (const auto* text : {"nan", "0x1", "1e99", "99999999999999999999", "", "1,", " 1"}) {
      auto whole = words;
      whole.emplace_back(text);
      EXPECT_NE(refusal(whole).find("expected " + range + ", not "), std::string::npos)
          << range << ": " << text << ": " << refusal(whole);
    }
  }
}

TEST(Word, IsOneOfThoseListed) {
  EXPECT_EQ(refusal({"login", "vkd"}),
            "FLOW: expected vkid, code, implicit, direct, communities or service, not \"vkd\"; did "
            "you mean vkid? | vkxx login --help");
  EXPECT_NE(refusal({"bench", "--kind", "comunity"}).find("did you mean community?"),
            std::string::npos);
  EXPECT_NE(refusal({"completion", "ksh"}).find("expected bash, zsh or fish"), std::string::npos);
}

}  // namespace
}  // namespace vkxx::cli
