/// @file
/// The description of a command: its options, help and function. The parser, the help texts, the
/// completion scripts and the manual page are all generated from it.
#pragma once

#include <concepts>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "command_line/exit_status.hpp"
#include "command_line/numbers.hpp"

namespace vkxx::cli {

/// How a shell completes a value, unless the option has its own words.
enum class value_kind {
  text,       ///< nothing
  file,       ///< files
  url,        ///< addresses that the shell knows
  section,    ///< the sections of VK's API
  method,     ///< the methods of VK's API
  parameter,  ///< the parameters of the method before it, and their values
  error,      ///< VK's errors, by number and name
};

/// A value that an option takes, and its meaning; `help` may be empty.
struct value_word {
  std::string word;
  std::string help = {};
};

/// An option (`--limit`) or, if its name has no dashes, a positional argument (`METHOD`).
struct option_description {
  std::string name;
  std::string value_name;              ///< for the help, such as `SECONDS`; empty: a flag
  std::string help;                    ///< one line, the default in brackets
  std::string details = {};            ///< what the manual page says; empty: `help`
  std::string group = {};              ///< heading in the help; empty: the general options
  std::vector<value_word> words = {};  ///< what shells offer
  value_kind kind = value_kind::text;
  bool takes_value = true;
  bool required = false;
  bool repeatable = false;
  std::vector<std::string> needs = {};     ///< names of options that must be given as well
  std::vector<std::string> excludes = {};  ///< names of options that must not be given as well
  /// Stores the text of a value (empty for a flag). Throws `std::invalid_argument`, whose text says
  /// what was expected.
  std::function<void(const std::string&)> read = {};

  [[nodiscard]] bool positional() const noexcept { return !name.starts_with('-'); }

  /// @name Set the member that the name says, and return the option
  /// @{
  option_description& set_details(std::string text);
  option_description& set_kind(value_kind value);
  option_description& set_words(std::vector<value_word> values);
  option_description& set_required();
  option_description& add_needed(std::string option);
  option_description& add_excluded(std::string option);
  /// @}
};

/// The range of a number, and the unit that a message names.
struct number_range {
  std::int64_t least;
  std::int64_t most;
  std::string unit = "a number";
};

/// Throws `std::invalid_argument`, which names all words and the one probably meant, if `text` is
/// none of them.
void check_word(const std::string& text, const std::vector<value_word>& words);

/// A command with its options in the order of the help.
///
/// The functions that add an option return a stable reference to it, so that rarer properties can
/// be set. The target, an optional or a plain value, must outlive the description; the function
/// given to `on_run` owns it.
class command_description {
 public:
  /// `name` is what is typed; `summary` is one line.
  command_description(std::string name, std::string summary);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::string& summary() const noexcept { return summary_; }
  [[nodiscard]] const std::deque<option_description>& options() const noexcept { return options_; }
  [[nodiscard]] const std::vector<std::string>& examples() const noexcept { return examples_; }
  [[nodiscard]] const std::string& notes() const noexcept { return notes_; }
  [[nodiscard]] const std::string& details() const noexcept { return details_; }
  [[nodiscard]] bool hidden() const noexcept { return hidden_; }

  /// The help below the options: words with their meaning, examples, notes.
  [[nodiscard]] std::string footer() const;

  /// Runs the command with the values that its options have taken.
  [[nodiscard]] exit_status run() const { return run_(); }

  /// Examples: lines that begin with `vkxx NAME`, or with a command that is piped into it.
  void examples(std::vector<std::string> lines) { examples_ = std::move(lines); }
  /// Paragraphs at the end of the help.
  void notes(std::string text) { notes_ = std::move(text); }
  /// Paragraphs that only the manual page has, instead of the summary.
  void details(std::string text) { details_ = std::move(text); }
  /// Hides the command from help, completion and manual page.
  void hide() { hidden_ = true; }
  void on_run(std::function<exit_status()> run) { run_ = std::move(run); }

  /// The heading of the options that are added from here on; empty: the general one.
  void group(std::string heading) { group_ = std::move(heading); }

  option_description& add(option_description option);

  option_description& flag(std::string name, bool& target, std::string help);

  /// `target` is a string or an optional one.
  template <class Text>
  option_description& text(std::string name, Text& target, std::string value_name,
                           std::string help) {
    return reading(std::move(name), std::move(value_name), std::move(help),
                   [&target](const std::string& value) { target = value; });
  }
  template <class Text>
  option_description& file(std::string name, Text& target, std::string help) {
    return text(std::move(name), target, "FILE", std::move(help)).set_kind(value_kind::file);
  }
  template <class Text>
  option_description& url(std::string name, Text& target, std::string help) {
    return text(std::move(name), target, "URL", std::move(help)).set_kind(value_kind::url);
  }
  /// One of `words` and nothing else.
  template <class Text>
  option_description& word(std::string name, Text& target, std::vector<value_word> words,
                           std::string value_name, std::string help) {
    auto& option = reading(std::move(name), std::move(value_name), std::move(help),
                           [&target, words](const std::string& value) {
                             check_word(value, words);
                             target = value;
                           });
    return option.set_words(std::move(words));
  }
  /// May be given several times.
  option_description& texts(std::string name, std::vector<std::string>& target,
                            std::string value_name, std::string help);
  /// `target` is an integer or an optional one.
  template <class Integer>
  option_description& number(std::string name, Integer& target, number_range range,
                             std::string value_name, std::string help) {
    return reading(std::move(name), std::move(value_name), std::move(help),
                   [&target, range = std::move(range)](const std::string& value) {
                     assign_number(target,
                                   read_integer(value, range.least, range.most, range.unit));
                   });
  }
  /// `read(text)` converts the text; it may throw `std::invalid_argument`.
  template <class Value, std::invocable<const std::string&> Read>
  option_description& value(std::string name, Value& target, Read read, std::string value_name,
                            std::string help) {
    return reading(
        std::move(name), std::move(value_name), std::move(help),
        [&target, read = std::move(read)](const std::string& text) { target = read(text); });
  }

 private:
  template <class Integer>
  static void assign_number(Integer& target, std::int64_t number) {
    target = static_cast<Integer>(number);
  }
  template <class Integer>
  static void assign_number(std::optional<Integer>& target, std::int64_t number) {
    target = static_cast<Integer>(number);
  }

  option_description& reading(std::string name, std::string value_name, std::string help,
                              std::function<void(const std::string&)> read);

  std::string name_;
  std::string summary_;
  std::string group_;
  std::deque<option_description> options_;
  std::vector<std::string> examples_;
  std::string notes_;
  std::string details_;
  bool hidden_ = false;
  std::function<exit_status()> run_;
};

/// The command with this name, or null.
[[nodiscard]] const command_description* find_command(
    const std::vector<command_description>& commands, std::string_view name);

/// The names of those that are not hidden, joined by `separator`.
[[nodiscard]] std::string joined_names(const std::vector<command_description>& commands,
                                       std::string_view separator);

}  // namespace vkxx::cli
