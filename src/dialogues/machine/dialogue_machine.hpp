// Decides how a dialogue goes on: what its function gets, what a message, a timer and a changed
// program mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/dialogues/answer.hpp>
#include <vkxx/dialogues/dialogue_texts.hpp>
#include <vkxx/dialogues/question.hpp>
#include <vkxx/state/inbox_row.hpp>
#include "dialogues/log/replay_log.hpp"

namespace vkxx::detail {

enum class input_action_kind {
  resume,     // the function gets `input_action::value`
  say,        // and the question stays open
  ask_again,  // the open question, as it was asked
  restart,    // the function runs again, to the question before
  end,        // after saying `input_action::text`
  ignore,     // it is not for this question
};

struct input_action {
  input_action_kind kind = input_action_kind::ignore;
  std::string text;             // to be said; may be empty
  std::optional<answer> value;  // of `resume`
};

class dialogue_machine {
 public:
  explicit dialogue_machine(dialogue_log log) : replay_{std::move(log)} {}

  // @name The function
  // It calls something.
  [[nodiscard]] replay_step called(record_kind kind, std::string_view label);
  // The call that was to be performed gave this: JSON text.
  void answered(std::string value) { replay_.record(std::move(value)); }
  // It waits at a question that `called` did not answer. Whether the question must be sent.
  [[nodiscard]] bool reached(const question& asked_now, std::string_view label, wall_time now);

  // @name What comes
  [[nodiscard]] input_action input(const answer& given, const dialogue_texts& texts);
  // A word that cancels or goes back; nothing: the text is neither. Needs no function.
  [[nodiscard]] std::optional<input_action> word(const answer& given, const dialogue_texts& texts);
  // The time of the question with this number is over.
  [[nodiscard]] input_action timed_out(std::uint64_t serial, const dialogue_texts& texts);

  [[nodiscard]] const dialogue_log& log() const noexcept { return replay_.log(); }
  // The question at which the function waits.
  [[nodiscard]] const std::optional<question>& waits_at() const noexcept { return question_; }

 private:
  [[nodiscard]] bool go_back();

  replay_log replay_;
  std::optional<question> question_;
};

// Why a log does not fit a dialogue of this version that reads versions from `oldest` on; empty: it
// fits.
[[nodiscard]] std::string version_fault(const dialogue_log& log, int version, int oldest);

}  // namespace vkxx::detail
