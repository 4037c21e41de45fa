// Decides how a dialogue of steps goes on.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/dialogues/dialogue_texts.hpp>
#include <vkxx/dialogues/steps.hpp>
#include <vkxx/state/inbox_row.hpp>
#include "dialogues/log/dialogue_log.hpp"

namespace vkxx::detail {

// What is stored between two steps.
struct steps_log {
  static constexpr std::string_view kind = "steps";
  static constexpr int version = 1;  // of this form
  static constexpr std::size_t most_history = 100;

  std::string name;
  int dialogue_version = 1;
  std::string state;  // JSON text
  std::string step;
  std::vector<std::string> history;  // steps before this one; the last of them
  std::optional<open_question> open;
  std::uint64_t questions = 0;
  [[nodiscard]] friend bool operator==(const steps_log&, const steps_log&) = default;
};
BOOST_DESCRIBE_STRUCT(steps_log, (),
                      (name, dialogue_version, state, step, history, open, questions))

enum class steps_action_kind {
  ask,        // the question of the step, after saying `text`
  say,        // and the question stays open
  ask_again,  // the open question, as it was asked
  finish,     // by `steps_rules::finish`
  end,        // after saying `text`
  lost,       // the log does not fit; `text` says why
  ignore,     // it is not for this dialogue
};

struct steps_action {
  steps_action_kind kind = steps_action_kind::ignore;
  std::string text;
  std::optional<question> open;  // of `ask` and `ask_again`
};

class steps_machine {
 public:
  // `rules` must outlive it.
  steps_machine(const steps_rules& rules, steps_log log) : rules_{&rules}, log_{std::move(log)} {}

  // The first question. `state`: JSON text; empty: that of the rules.
  [[nodiscard]] steps_action begin(const std::string& state);
  // Makes a stored log of an older version new. Nothing: it fits.
  [[nodiscard]] std::optional<steps_action> open_stored();
  // The question of `ask` was sent.
  void reached(const question& open, wall_time now);
  [[nodiscard]] steps_action input(const answer& given, const dialogue_texts& texts);
  [[nodiscard]] steps_action timed_out(std::uint64_t serial, const dialogue_texts& texts);

  [[nodiscard]] const steps_log& log() const noexcept { return log_; }

 private:
  [[nodiscard]] steps_action ask_step(std::string step);
  [[nodiscard]] steps_action go_back(const dialogue_texts& texts);
  [[nodiscard]] steps_action moved(const step_move& move, const dialogue_texts& texts);
  [[nodiscard]] steps_action decided(const step_rule& rule, const answer& given,
                                     const dialogue_texts& texts);
  [[nodiscard]] result<question> question_now() const;

  const steps_rules* rules_;
  steps_log log_;
};

}  // namespace vkxx::detail
