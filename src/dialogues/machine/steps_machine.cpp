#include "dialogues/machine/steps_machine.hpp"

#include <exception>
#include <new>
#include <utility>

#include "core/errors/log_text.hpp"
#include "dialogues/machine/dialogue_machine.hpp"
#include "dialogues/machine/question_check.hpp"

namespace vkxx::detail {
namespace {

steps_action lost_steps(std::string reason) {
  return {steps_action_kind::lost, std::move(reason), std::nullopt};
}

}  // namespace

const step_rule* steps_rules::find(const std::string& step) const noexcept {
  for (const auto& rule : steps) {
    if (rule.name == step) return &rule;
  }
  return nullptr;
}

steps_action steps_machine::begin(const std::string& state) {
  log_.name = rules_->name;
  log_.dialogue_version = rules_->version;
  log_.state = state.empty() ? rules_->first_state : state;
  return ask_step(rules_->steps.front().name);
}

steps_action steps_machine::ask_step(std::string step) {
  const auto* rule = rules_->find(step);
  if (rule == nullptr) return lost_steps("there is no step " + step);
  log_.step = std::move(step);
  log_.open.reset();
  auto open = rule->ask(log_.state);
  if (!open) return lost_steps(open.error().message());
  return {steps_action_kind::ask, {}, *std::move(open)};
}

std::optional<steps_action> steps_machine::open_stored() {
  if (rules_->find(log_.step) == nullptr) return lost_steps("there is no step " + log_.step);
  if (log_.dialogue_version > rules_->version) {
    return lost_steps("it has the newer version " + std::to_string(log_.dialogue_version));
  }
  if (log_.dialogue_version == rules_->version) return std::nullopt;
  if (rules_->migrate) {
    try {
      auto state = rules_->migrate(log_.state, log_.dialogue_version);
      if (!state) return lost_steps(state.error().message());
      log_.state = *std::move(state);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (...) {
      return lost_steps("migrate failed: it threw " + type_name(std::current_exception()));
    }
  }
  log_.dialogue_version = rules_->version;
  return std::nullopt;
}

void steps_machine::reached(const question& open, wall_time now) {
  open_question waiting;
  waiting.label = log_.step;
  waiting.serial = ++log_.questions;
  if (open.within()) {
    const auto limit = std::chrono::duration_cast<wall_time::duration>(*open.within());
    waiting.due = to_milliseconds(now + limit);
  }
  log_.open = std::move(waiting);
}

result<question> steps_machine::question_now() const {
  return rules_->find(log_.step)->ask(log_.state);
}

steps_action steps_machine::input(const answer& given, const dialogue_texts& texts) {
  if (!log_.open) return {};
  if (is_word_of(texts.cancel_words, given)) {
    return {steps_action_kind::end, texts.cancelled, std::nullopt};
  }
  const auto open = question_now();
  if (!open) return lost_steps(open.error().message());
  if (is_foreign_button(*open, given)) return {};
  if (is_old_choice(*log_.open, given)) {
    return {steps_action_kind::ask_again, {}, *open};
  }
  if (is_word_of(texts.back_words, given)) return go_back(texts);
  auto checked = check_answer(*open, given, texts);
  if (checked.accepted) return decided(*rules_->find(log_.step), *checked.accepted, texts);
  ++log_.open->tries;
  if (open->tries() > 0 && log_.open->tries >= open->tries()) {
    return {steps_action_kind::end, texts.too_many_tries, std::nullopt};
  }
  return {steps_action_kind::say, std::move(checked.refusal), std::nullopt};
}

steps_action steps_machine::decided(const step_rule& rule, const answer& given,
                                    const dialogue_texts& texts) {
  auto move = rule.decide(log_.state, given);
  if (!move) return lost_steps(move.error().message());
  return moved(*move, texts);
}

steps_action steps_machine::moved(const step_move& move, const dialogue_texts& texts) {
  switch (move.kind()) {
    case step_move::kind_type::go_to:
      if (log_.history.size() == steps_log::most_history) log_.history.erase(log_.history.begin());
      log_.history.push_back(log_.step);
      return ask_step(move.text());
    case step_move::kind_type::stay:
      return {steps_action_kind::say, move.text(), std::nullopt};
    case step_move::kind_type::back:
      return go_back(texts);
    case step_move::kind_type::finish:
      return {steps_action_kind::finish, {}, std::nullopt};
    case step_move::kind_type::cancel:
      return {steps_action_kind::end, move.text(), std::nullopt};
  }
  return {};
}

steps_action steps_machine::go_back(const dialogue_texts& texts) {
  if (log_.history.empty()) return {steps_action_kind::say, texts.no_way_back, std::nullopt};
  auto step = std::move(log_.history.back());
  log_.history.pop_back();
  return ask_step(std::move(step));
}

steps_action steps_machine::timed_out(std::uint64_t serial, const dialogue_texts& texts) {
  if (!log_.open || log_.open->serial != serial || !log_.open->due) return {};
  const auto open = question_now();
  if (!open) return lost_steps(open.error().message());
  auto text = open->timeout_text();
  if (!open->continues_on_timeout()) {
    return {steps_action_kind::end, text.value_or(texts.timed_out), std::nullopt};
  }
  answer_data data;
  data.timed_out = true;
  auto action = decided(*rules_->find(log_.step), answer{std::move(data)}, texts);
  if (text && action.text.empty()) action.text = *std::move(text);
  return action;
}

}  // namespace vkxx::detail
