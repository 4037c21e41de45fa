// The command line as a whole: what is read, what is refused, and that the examples of the help are
// right.
#include "command_line/command_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "command_line/usage_failure.hpp"

namespace vkxx::cli {
namespace {

command read(std::vector<std::string> words) {
  words.insert(words.begin(), "vkxx");
  std::vector<const char*> argv;
  for (const auto& word : words) argv.push_back(word.c_str());
  return read_command_line(static_cast<int>(argv.size()), argv.data());
}

// What the refusal says; empty: there was none.
std::string refusal(const std::vector<std::string>& words) {
  try {
    static_cast<void>(read(words));
    return {};
  } catch (const usage_failure& failure) {
    return std::string{failure.what()} + " | " + failure.help();
  }
}

std::string help_of(const std::string& name) {
  return std::get<print_command>(read({name, "--help"})).text;
}

constexpr auto command_names = {"call",   "all",     "login",     "profiles", "whoami",
                                "logout", "methods", "describe",  "explain",  "emulate",
                                "bench",  "demo",    "completion"};

// The words of a shell's line up to the end of its first command.
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

TEST(help, of_each_command_has_examples_of_its_own_that_can_be_read) {
  for (const std::string name : command_names) {
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

TEST(help, of_the_program_has_examples_that_can_be_read) {
  const auto examples = examples_in(std::get<print_command>(read({"--help"})).text);
  EXPECT_GE(examples.size(), 5U);
  for (const auto& example : examples) {
    auto words = shell_words(example);
    words.erase(words.begin());
    EXPECT_EQ(refusal(words), "") << example;
  }
}

TEST(a_mistyped_command, is_refused_with_what_was_meant) {
  EXPECT_EQ(refusal({"cal"}), "unknown command: cal; did you mean call? | vkxx --help");
  EXPECT_EQ(refusal({"emulat"}), "unknown command: emulat; did you mean emulate? | vkxx --help");
  EXPECT_NE(refusal({"users.get"}).find("did you mean vkxx call?"), std::string::npos);
  EXPECT_NE(refusal({"help"}).find("--help"), std::string::npos);
  EXPECT_NE(refusal({"frobnicate"}).find("there are call, all, login"), std::string::npos);
  EXPECT_EQ(refusal({"frobnicate"}).find("completion-words"), std::string::npos);
  EXPECT_NE(refusal({""}), "");
}

TEST(a_mistyped_option, is_refused_with_what_was_meant) {
  EXPECT_EQ(refusal({"call", "users.get", "--timeuot", "3"}),
            "unknown option: --timeuot; did you mean --timeout? | vkxx call --help");
  EXPECT_NE(refusal({"call", "users.get", "--time=3"}).find("--timeout"), std::string::npos);
  EXPECT_NE(refusal({"describe", "wall.get", "--compact"}).find("vkxx call"), std::string::npos);
  EXPECT_NE(refusal({"--token", "x", "call"}).find("options follow the command"),
            std::string::npos);
  EXPECT_NE(refusal({"login", "--clientid", "5"}).find("--client-id"), std::string::npos);
  for (const std::string name : command_names) {
    EXPECT_NE(refusal({name, "--frobnicate"}).find("unknown option: --frobnicate"),
              std::string::npos)
        << name;
  }
}

TEST(a_mistyped_option, may_hold_a_token_which_is_not_repeated) {
  const std::string token = "vk1.a.0123456789abcdefghijklmnopqrstuvwxyz0123456789";
  EXPECT_EQ(refusal({"call", "users.get", "--token" + token}).find(token), std::string::npos);
  EXPECT_EQ(refusal({token}).find(token), std::string::npos);
}

TEST(an_option, takes_its_value_whatever_that_looks_like) {
  const auto read_call = std::get<call_command>(
      read({"call", "users.get", "--lang", "--frobnicate", "text=--token", "--", "--x=1"}));
  EXPECT_EQ(read_call.lang, "--frobnicate");
  EXPECT_EQ(read_call.arguments, (std::vector<std::string>{"text=--token", "--x=1"}));
}

TEST(two_dashes, end_the_options_of_every_command) {
  EXPECT_EQ(std::get<explain_command>(read({"explain", "--json", "--", "14"})).what, "14");
  EXPECT_EQ(std::get<describe_command>(read({"describe", "--", "--json"})).method, "--json");
  EXPECT_NE(refusal({"explain", "14", "1", "--", "2"}).find("more arguments"), std::string::npos);
  EXPECT_NE(refusal({"demo", "--", "x"}).find("more arguments"), std::string::npos);
  EXPECT_NE(refusal({"demo", "x"}).find("more arguments"), std::string::npos);
  EXPECT_NE(refusal({"explain", "14", "1", "2"}).find("more arguments"), std::string::npos);
}

TEST(an_option_with_a_value, is_given_once_unless_it_is_a_list) {
  EXPECT_EQ(refusal({"call", "users.get", "--lang", "ru", "--lang=en"}),
            "--lang is given more than once | vkxx call --help");
  EXPECT_EQ(refusal({"call", "users.get", "--verbose", "--verbose"}), "");
  EXPECT_EQ(refusal({"emulate", "--fault", "html", "--fault", "empty"}), "");
}

TEST(a_number, has_a_range_that_is_named) {
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

TEST(a_word, is_one_of_those_there_are) {
  EXPECT_EQ(refusal({"login", "vkd"}),
            "WAY: expected vkid, code, implicit, direct, communities or service, not \"vkd\"; did "
            "you mean vkid? | vkxx login --help");
  EXPECT_NE(refusal({"bench", "--kind", "comunity"}).find("did you mean community?"),
            std::string::npos);
  EXPECT_NE(refusal({"completion", "ksh"}).find("expected bash, zsh or fish"), std::string::npos);
}

}  // namespace
}  // namespace vkxx::cli
