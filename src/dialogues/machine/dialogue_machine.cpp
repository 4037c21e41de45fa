#include "dialogues/machine/dialogue_machine.hpp"

#include <utility>

#include "dialogues/machine/question_check.hpp"

namespace vkxx::detail {

replay_step dialogue_machine::called(record_kind kind, std::string_view label) {
  question_.reset();
  return replay_.call(kind, label);
}

bool dialogue_machine::reached(const question& asked_now, std::string_view label, wall_time now) {
  question_ = asked_now;
  auto& log = replay_.log();
  if (log.open) return false;
  open_question open;
  open.label = label;
  open.serial = ++log.questions;
  if (asked_now.within()) {
    const auto limit = std::chrono::duration_cast<wall_time::duration>(*asked_now.within());
    open.due = to_milliseconds(now + limit);
  }
  log.open = std::move(open);
  return true;
}

std::optional<input_action> dialogue_machine::word(const answer& given,
                                                   const dialogue_texts& texts) {
  if (is_word_of(texts.cancel_words, given)) {
    return input_action{input_action_kind::end, texts.cancelled, std::nullopt};
  }
  if (!is_word_of(texts.back_words, given)) return std::nullopt;
  if (!go_back()) return input_action{input_action_kind::say, texts.no_way_back, std::nullopt};
  return input_action{input_action_kind::restart, {}, std::nullopt};
}

bool dialogue_machine::go_back() {
  auto& log = replay_.log();
  for (auto count = log.records.size(); count > 0; --count) {
    const auto kind = log.records[count - 1].kind;
    // Its effect has happened and would be forgotten.
    if (kind == record_kind::once || kind == record_kind::write) return false;
    if (kind != record_kind::ask) continue;
    log.records.resize(count - 1);
    log.open.reset();
    return true;
  }
  return false;
}

input_action dialogue_machine::input(const answer& given, const dialogue_texts& texts) {
  auto& log = replay_.log();
  if (!question_ || !log.open) return {};
  if (is_foreign_button(*question_, given)) return {};
  if (is_old_choice(*log.open, given)) return {input_action_kind::ask_again, {}, std::nullopt};
  auto checked = check_answer(*question_, given, texts);
  if (checked.accepted) {
    log.open.reset();
    return {input_action_kind::resume, {}, std::move(checked.accepted)};
  }
  ++log.open->tries;
  if (question_->tries() > 0 && log.open->tries >= question_->tries()) {
    return {input_action_kind::end, texts.too_many_tries, std::nullopt};
  }
  return {input_action_kind::say, std::move(checked.refusal), std::nullopt};
}

input_action dialogue_machine::timed_out(std::uint64_t serial, const dialogue_texts& texts) {
  auto& log = replay_.log();
  if (!question_ || !log.open || log.open->serial != serial || !log.open->due) return {};
  if (!question_->continues_on_timeout()) {
    return {input_action_kind::end, question_->timeout_text().value_or(texts.timed_out),
            std::nullopt};
  }
  log.open.reset();
  answer_data data;
  data.timed_out = true;
  return {input_action_kind::resume, question_->timeout_text().value_or(std::string{}),
          answer{std::move(data)}};
}

std::string version_fault(const dialogue_log& log, int version, int oldest) {
  if (log.dialogue_version >= oldest && log.dialogue_version <= version) return {};
  return "it was written by version " + std::to_string(log.dialogue_version) +
         " of the dialogue, and the program has version " + std::to_string(version);
}

}  // namespace vkxx::detail
