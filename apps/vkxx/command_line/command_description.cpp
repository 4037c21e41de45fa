#include "command_line/command_description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "command_line/spelling.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

// `Flows` for `FLOW`.
std::string plural_heading(const option_description& option) {
  return option.name.substr(0, 1) + lower_case(option.name.substr(1)) + 's';
}

// Words that have a meaning of their own, one a line.
std::string word_table(const option_description& option) {
  std::size_t longest = 0;
  for (const auto& [word, help] : option.words) longest = std::max(longest, word.size());
  auto text = plural_heading(option) + ":\n";
  for (const auto& [word, help] : option.words) {
    text += fmt::format("  {:<{}}  {}\n", word, longest, help);
  }
  return text;
}

}  // namespace

option_description& option_description::set_details(std::string text) {
  details = std::move(text);
  return *this;
}

option_description& option_description::set_kind(value_kind value) {
  kind = value;
  return *this;
}

option_description& option_description::set_words(std::vector<value_word> values) {
  words = std::move(values);
  return *this;
}

option_description& option_description::set_required() {
  required = true;
  return *this;
}

option_description& option_description::add_needed(std::string option) {
  needs.push_back(std::move(option));
  return *this;
}

option_description& option_description::add_excluded(std::string option) {
  excludes.push_back(std::move(option));
  return *this;
}

void check_word(const std::string& text, const std::vector<value_word>& words) {
  if (std::ranges::find(words, text, &value_word::word) != words.end()) return;
  std::vector<std::string_view> names;
  std::string known;
  for (const auto& [word, help] : words) {
    known += (names.empty() ? "" : names.size() + 1 == words.size() ? " or " : ", ") + word;
    names.push_back(word);
  }
  const auto meant = did_you_mean(nearest(text, names));
  constexpr std::size_t quoted_size = 30;
  const auto quoted =
      text.size() > quoted_size ? std::string{} : fmt::format(", not \"{}\"", printable(text));
  throw std::invalid_argument{"expected " + known + quoted + (meant.empty() ? "" : "; " + meant)};
}

command_description::command_description(std::string name, std::string summary)
    : name_{std::move(name)}, summary_{std::move(summary)} {}

std::string command_description::footer() const {
  std::string text;
  for (const auto& option : options_) {
    if (!option.words.empty() && !option.words.front().help.empty()) {
      text += word_table(option) + '\n';
    }
  }
  if (!examples_.empty()) text += "Examples:";
  for (const auto& line : examples_) text += "\n  " + line;
  if (!notes_.empty()) text += (text.empty() ? "" : "\n\n") + notes_;
  return text;
}

option_description& command_description::add(option_description option) {
  option.group = group_;
  options_.push_back(std::move(option));
  return options_.back();
}

option_description& command_description::flag(std::string name, bool& target, std::string help) {
  auto& option = reading(std::move(name), {}, std::move(help),
                         [&target](const std::string&) { target = true; });
  option.takes_value = false;
  return option;
}

option_description& command_description::texts(std::string name, std::vector<std::string>& target,
                                               std::string value_name, std::string help) {
  auto& option = reading(std::move(name), std::move(value_name), std::move(help),
                         [&target](const std::string& value) { target.push_back(value); });
  option.repeatable = true;
  return option;
}

option_description& command_description::reading(std::string name, std::string value_name,
                                                 std::string help,
                                                 std::function<void(const std::string&)> read) {
  option_description option{std::move(name), std::move(value_name), std::move(help)};
  option.read = std::move(read);
  return add(std::move(option));
}

const command_description* find_command(const std::vector<command_description>& commands,
                                        std::string_view name) {
  const auto found = std::ranges::find(commands, name, &command_description::name);
  return found == commands.end() ? nullptr : &*found;
}

std::string joined_names(const std::vector<command_description>& commands,
                         std::string_view separator) {
  std::string names;
  for (const auto& command : commands) {
    if (command.hidden()) continue;
    if (!names.empty()) names += separator;
    names += command.name();
  }
  return names;
}

}  // namespace vkxx::cli
