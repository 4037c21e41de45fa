// What a message means for an open question.
#pragma once

#include <optional>
#include <string>

#include <vkxx/dialogues/answer.hpp>
#include <vkxx/dialogues/dialogue_texts.hpp>
#include <vkxx/dialogues/question.hpp>
#include "dialogues/log/dialogue_log.hpp"

namespace vkxx::detail {

struct checked_answer {
  std::optional<answer> accepted;
  std::string refusal;  // what to say if it is not accepted
};

[[nodiscard]] checked_answer check_answer(const question& open, const answer& given,
                                          const dialogue_texts& texts);

// Whether the text is one of these words, in any letter case. A button of a choice is none: its
// label may be one of them.
[[nodiscard]] bool is_word_of(const std::vector<std::string>& words, const answer& given);

// Whether a pressed button belongs to another part of the program: it has a payload, and the
// question has made no button with it.
[[nodiscard]] bool is_foreign_button(const question& open, const answer& given);

// Of the buttons of a question: another one for each question, and each time it is asked.
[[nodiscard]] std::string question_mark(const open_question& open);

// Whether a button of a choice belongs to another question: the second press of two, or one on an
// old message.
[[nodiscard]] bool is_old_choice(const open_question& open, const answer& given);

}  // namespace vkxx::detail
