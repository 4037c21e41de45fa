/// @file
/// A question of a dialogue, and what counts as its answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/dialogues/answer.hpp>
#include <vkxx/messages/outgoing.hpp>

namespace vkxx {

/// What counts as an answer.
enum class question_kind {
  anything,  ///< any message
  number,    ///< a whole number
  text,      ///< a text of some length
  choice,    ///< one of several labels
  photo,     ///< a message with a photo
  place,     ///< a message with a place
  pattern,   ///< a text that a regular expression matches
};

/// A question. Without a kind, any message answers it; of several kinds the last one counts.
///
/// ```cpp
/// vkxx::question{"How many seats?"}.number(1, 6).otherwise("One to six, please.").within(10min)
/// ```
///
/// Setters throw `usage_exception` (`errc::invalid_argument`) for a value out of its range.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class question {
 public:
  /// `message`: what is sent. A text is a message.
  explicit question(outgoing message);
  explicit question(const char* text) : question{outgoing{text}} {}
  explicit question(std::string text) : question{outgoing{std::move(text)}} {}

  /// @name What counts as an answer
  /// @{
  /// A whole number from `low` to `high`.
  question& number(std::int64_t low, std::int64_t high);
  /// A text of `shortest` to `longest` characters (code points), without white space around it.
  question& text(std::size_t shortest, std::size_t longest);
  /// One of 2 to 40 labels. The question gets a keyboard, unless its message has one. An answer is
  /// a pressed button, a label in any letter case, or its number from 1.
  question& choice(std::vector<std::string> labels);
  /// As above: `.choice("Yes", "No")`.
  template <class... Label>
  question& choice(std::string_view first, std::string_view second, const Label&... more) {
    std::vector<std::string> labels;
    labels.reserve(2 + sizeof...(more));
    labels.emplace_back(first);
    labels.emplace_back(second);
    (labels.emplace_back(std::string_view{more}), ...);
    return choice(std::move(labels));
  }
  /// A message with a photo.
  question& photo();
  /// A message with a place. The question gets a button that sends it, unless its message has a
  /// keyboard.
  question& location();
  /// A text of at most 1,000 bytes that matches a regular expression as a whole (ECMAScript, by
  /// characters; `\w` and `\b` know Latin letters only). Throws for a wrong expression, too.
  question& matching(const std::string& expression);
  /// And of these only what `accept` returns `true` for. It must always decide the same.
  question& accept_if(std::function<bool(const answer&)> accept);
  /// @}

  /// What is said to anything else; by default a text for the kind (`dialogue_texts`).
  question& otherwise(std::string text);
  /// After so many wrong answers the dialogue ends with `dialogue_texts::too_many_tries`; 1 to 100.
  /// By default as many as it takes.
  question& tries(int count);
  /// How long to wait for the answer; at least 1 s. Then the dialogue ends with
  /// `dialogue_texts::timed_out`. It survives restarts.
  question& within(duration limit);
  /// What is said when the time is over, in place of `dialogue_texts::timed_out`.
  question& on_timeout(std::string text);
  /// When the time is over, the dialogue goes on with an answer that is `timed_out()`.
  question& continue_on_timeout();
  /// A name by which a stored dialogue recognizes the question. By default its text: then a
  /// dialogue that waits for this answer is lost when the text of the program changes.
  question& label(std::string name);

  /// What counts as an answer.
  [[nodiscard]] question_kind kind() const noexcept { return kind_; }
  /// What is sent, with the keyboard for the kind.
  [[nodiscard]] outgoing message() const { return message({}); }
  /// The same; buttons of `choice` carry `mark`, by which the library tells them from those of
  /// other questions.
  [[nodiscard]] outgoing message(std::string_view mark) const;
  /// The least number or length.
  [[nodiscard]] std::int64_t low() const noexcept { return low_; }
  /// The greatest number or length.
  [[nodiscard]] std::int64_t high() const noexcept { return high_; }
  /// Those of `choice`.
  [[nodiscard]] const std::vector<std::string>& labels() const noexcept { return labels_; }
  /// As set.
  [[nodiscard]] const std::function<bool(const answer&)>& accept() const noexcept {
    return accept_;
  }
  /// Whether a text matches the expression of `matching`.
  [[nodiscard]] bool matches(const std::string& text) const;
  /// Empty: by the kind.
  [[nodiscard]] const std::string& otherwise_text() const noexcept { return otherwise_; }
  /// 0: no limit.
  [[nodiscard]] int tries() const noexcept { return tries_; }
  /// Nothing: no limit.
  [[nodiscard]] std::optional<duration> within() const noexcept { return within_; }
  /// Nothing: as `dialogue_texts`.
  [[nodiscard]] const std::optional<std::string>& timeout_text() const noexcept {
    return on_timeout_;
  }
  /// As set.
  [[nodiscard]] bool continues_on_timeout() const noexcept { return continue_on_timeout_; }
  [[nodiscard]] const std::string& label() const noexcept { return label_; }

 private:
  outgoing message_;
  question_kind kind_ = question_kind::anything;
  std::int64_t low_ = 0;
  std::int64_t high_ = 0;
  std::vector<std::string> labels_;
  std::function<bool(const std::string&)> expression_;
  std::function<bool(const answer&)> accept_;
  std::string otherwise_;
  int tries_ = 0;
  std::optional<duration> within_;
  std::optional<std::string> on_timeout_;
  bool continue_on_timeout_ = false;
  std::string label_;
};

}  // namespace vkxx
