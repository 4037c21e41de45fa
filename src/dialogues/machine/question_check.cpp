#include "dialogues/machine/question_check.hpp"

#include <utility>

#include <vkxx/messages/payload.hpp>
#include "core/text/message_text.hpp"
#include "core/text/written_number.hpp"
#include "dialogues/log/replay_log.hpp"

namespace vkxx::detail {
namespace {

constexpr std::string_view choice_slug = "vkxx:choice";

std::optional<std::int64_t> whole_number(std::string_view text) {
  return read_integer(without_outer_spaces(text));
}

answer_data data_of(const answer& given) {
  answer_data data;
  data.text = given.text();
  data.payload = given.payload();
  data.photos = given.photos();
  data.place = given.place();
  return data;
}

// The position that the pressed button has, if it is one of `choice`.
std::optional<std::size_t> pressed_choice(const question& open, const answer& given) {
  if (given.payload().empty()) return std::nullopt;
  const auto pressed = payload::from_json(given.payload());
  const auto index = pressed.slug() == choice_slug ? pressed.number("index") : std::nullopt;
  if (!index || *index < 0 || std::cmp_greater_equal(*index, open.labels().size()))
    return std::nullopt;
  return static_cast<std::size_t>(*index);
}

std::optional<std::size_t> choice_of(const question& open, const answer& given) {
  const auto& labels = open.labels();
  const auto text = folded(given.text(), true);
  const auto is_label = [&](std::size_t index) {
    return folded(without_outer_spaces(labels[index]), true) == text;
  };
  // The button of an earlier question has its own labels, so its index alone says nothing here; VK
  // sends the label as the text. A callback button has no text. Of equal labels the index counts.
  const auto pressed = pressed_choice(open, given);
  if (pressed && (text.empty() || is_label(*pressed))) return pressed;
  for (std::size_t index = 0; index < labels.size(); ++index) {
    if (is_label(index)) return index;
  }
  if (text.empty()) return std::nullopt;
  const auto number = whole_number(given.text());
  if (!number || *number < 1 || std::cmp_greater(*number, labels.size())) return std::nullopt;
  return static_cast<std::size_t>(*number - 1);
}

// The answer with what the kind makes of it.
std::optional<answer> fitting(const question& open, const answer& given) {
  switch (open.kind()) {
    case question_kind::anything:
      return given;
    case question_kind::number: {
      const auto number = whole_number(given.text());
      if (!number || *number < open.low() || *number > open.high()) return std::nullopt;
      auto data = data_of(given);
      data.number = number;
      return answer{std::move(data)};
    }
    case question_kind::text: {
      const auto size = static_cast<std::int64_t>(count_characters(given.text()));
      if (size < open.low() || size > open.high()) return std::nullopt;
      return given;
    }
    case question_kind::choice: {
      const auto choice = choice_of(open, given);
      if (!choice) return std::nullopt;
      auto data = data_of(given);
      data.text = open.labels()[*choice];
      data.choice = choice;
      return answer{std::move(data)};
    }
    case question_kind::photo:
      return given.photos().empty() ? std::nullopt : std::optional{given};
    case question_kind::place:
      return given.place() ? std::optional{given} : std::nullopt;
    case question_kind::pattern:
      return open.matches(given.text()) ? std::optional{given} : std::nullopt;
  }
  return std::nullopt;
}

std::string replaced(std::string text, std::string_view name, const std::string& value) {
  for (auto found = text.find(name); found != std::string::npos;
       found = text.find(name, found + value.size())) {
    text.replace(found, name.size(), value);
  }
  return text;
}

// That of the question whose choice was pressed.
std::optional<std::string> mark_of(const answer& given) {
  if (given.payload().empty()) return std::nullopt;
  const auto pressed = payload::from_json(given.payload());
  if (pressed.slug() != choice_slug || !pressed.has("question")) return std::nullopt;
  return pressed.text("question");
}

std::string refusal_of(const question& open, const dialogue_texts& texts) {
  if (!open.otherwise_text().empty()) return open.otherwise_text();
  std::string text = texts.not_accepted;
  if (open.kind() == question_kind::number) text = texts.not_a_number;
  if (open.kind() == question_kind::text) text = texts.wrong_length;
  if (open.kind() == question_kind::choice) text = texts.not_a_choice;
  if (open.kind() == question_kind::photo) text = texts.not_a_photo;
  if (open.kind() == question_kind::place) text = texts.not_a_place;
  text = replaced(std::move(text), "{low}", std::to_string(open.low()));
  text = replaced(std::move(text), "{high}", std::to_string(open.high()));
  std::string choices;
  for (const auto& label : open.labels()) choices += (choices.empty() ? "" : ", ") + label;
  return replaced(std::move(text), "{choices}", choices);
}

}  // namespace

checked_answer check_answer(const question& open, const answer& given,
                            const dialogue_texts& texts) {
  auto accepted = fitting(open, given);
  if (accepted && open.accept() && !open.accept()(*accepted)) accepted.reset();
  if (accepted) return {std::move(accepted), {}};
  return {std::nullopt, refusal_of(open, texts)};
}

bool is_word_of(const std::vector<std::string>& words, const answer& given) {
  if (mark_of(given)) return false;
  const auto small = folded(without_outer_spaces(given.text()), true);
  for (const auto& word : words) {
    if (folded(word, true) == small) return true;
  }
  return false;
}

bool is_foreign_button(const question& open, const answer& given) {
  if (given.payload().empty() || payload::from_json(given.payload()).slug() == choice_slug) {
    return false;
  }
  // A question with a keyboard of its own takes every button, since it may be one of these.
  const auto message = open.message();
  return open.kind() == question_kind::choice || open.kind() == question_kind::place ||
         !message.keyboard();
}

std::string question_mark(const open_question& open) {
  return text_label(std::to_string(open.serial) + "/" + open.label);
}

bool is_old_choice(const open_question& open, const answer& given) {
  const auto mark = mark_of(given);
  return mark && *mark != question_mark(open);
}

}  // namespace vkxx::detail
