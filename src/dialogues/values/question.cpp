#include <vkxx/dialogues/question.hpp>

#include <algorithm>
#include <memory>
#include <regex>
#include <string>
#include <string_view>

#include <vkxx/core/error.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/core/utf8.hpp>

namespace vkxx {
namespace {

constexpr std::size_t longest_matched = 1000;  // bytes: std::regex recurses
constexpr std::size_t most_choices = 40;
constexpr std::size_t one_per_row = 6;  // choices; more of them share rows
constexpr std::size_t most_under_message = 10;

[[noreturn]] void refuse(const std::string& reason) {
  throw usage_exception{error{errc::invalid_argument, request_effect::not_sent,
                              "the question cannot be asked: " + reason}};
}

static_assert(sizeof(wchar_t) == sizeof(char32_t), "a character has to fit into a wchar_t");

// By characters: `[а-я]` and `.` mean letters, not bytes. What is not UTF-8 becomes U+FFFD.
std::wstring wide(std::string_view text) {
  std::wstring letters;
  letters.reserve(text.size());
  while (!text.empty()) {
    const auto next = first_character(text);
    letters += static_cast<wchar_t>(next ? next->value : char32_t{0xFFFD});
    text.remove_prefix(next ? next->size : 1);
  }
  return letters;
}

std::wregex compile(const std::wstring& expression) {
#ifdef __GLIBCXX__
  // In bounded time, whatever is written: (a+)+b, too. Only references to groups need the other
  // way.
  try {
    return std::wregex{expression,
                       std::regex_constants::ECMAScript | std::regex_constants::__polynomial};
  } catch (const std::regex_error&) {
  }
#endif
  return std::wregex{expression};
}

keyboard keyboard_of(const std::vector<std::string>& labels, std::string_view mark) {
  auto choices = labels.size() <= most_under_message ? keyboard::under_message()
                                                     : keyboard::persistent().one_time();
  const std::size_t columns = labels.size() <= one_per_row          ? 1
                              : labels.size() <= most_under_message ? 2
                                                                    : 4;
  std::vector<button> buttons;
  buttons.reserve(labels.size());
  for (std::size_t index = 0; index < labels.size(); ++index) {
    auto carried = payload{"vkxx:choice"}.set("index", index);
    if (!mark.empty()) carried.set("question", mark);
    buttons.push_back(button::text(labels[index], carried));
  }
  choices.grid(buttons, columns);
  return choices;
}

}  // namespace

question::question(outgoing message) : message_{std::move(message)} {}

question& question::number(std::int64_t low, std::int64_t high) {
  if (low > high) refuse("the least number is greater than the greatest one");
  kind_ = question_kind::number;
  low_ = low;
  high_ = high;
  return *this;
}
question& question::text(std::size_t shortest, std::size_t longest) {
  if (shortest > longest || longest > 100'000) refuse("the lengths are out of range");
  kind_ = question_kind::text;
  low_ = static_cast<std::int64_t>(shortest);
  high_ = static_cast<std::int64_t>(longest);
  return *this;
}
question& question::choice(std::vector<std::string> labels) {
  if (labels.size() < 2 || labels.size() > most_choices) refuse("it needs 2 to 40 choices");
  kind_ = question_kind::choice;
  labels_ = std::move(labels);
  return *this;
}
question& question::photo() {
  kind_ = question_kind::photo;
  return *this;
}
question& question::location() {
  kind_ = question_kind::place;
  return *this;
}
question& question::matching(const std::string& expression) {
  if (!is_utf8(expression)) refuse("the expression is not UTF-8");
  try {
    const auto compiled = std::make_shared<const std::wregex>(compile(wide(expression)));
    expression_ = [compiled](const std::string& text) {
      return std::regex_match(wide(text), *compiled);
    };
  } catch (const std::regex_error& failure) {
    refuse(std::string{"the expression is wrong: "} + failure.what());
  }
  kind_ = question_kind::pattern;
  return *this;
}
question& question::accept_if(std::function<bool(const answer&)> accept) {
  accept_ = std::move(accept);
  return *this;
}
question& question::otherwise(std::string text) {
  otherwise_ = std::move(text);
  return *this;
}
question& question::tries(int count) {
  if (count < 1 || count > 100) refuse("it may be tried 1 to 100 times");
  tries_ = count;
  return *this;
}
question& question::within(duration limit) {
  if (limit < std::chrono::seconds{1} || limit > std::chrono::hours{24 * 366}) {
    refuse("it can wait 1 s to 366 days");
  }
  within_ = limit;
  return *this;
}
question& question::on_timeout(std::string text) {
  on_timeout_ = std::move(text);
  return *this;
}
question& question::continue_on_timeout() {
  continue_on_timeout_ = true;
  return *this;
}
question& question::label(std::string name) {
  label_ = std::move(name);
  return *this;
}

outgoing question::message(std::string_view mark) const {
  auto message = message_;
  if (message.keyboard()) return message;
  if (kind_ == question_kind::choice) message.keyboard(keyboard_of(labels_, mark));
  if (kind_ == question_kind::place) message.keyboard(keyboard::under_message().location());
  return message;
}

bool question::matches(const std::string& text) const {
  return text.size() <= longest_matched && expression_ && expression_(text);
}

}  // namespace vkxx
