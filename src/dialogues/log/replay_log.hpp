// Gives the calls of a function that runs again what they gave before.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "dialogues/log/dialogue_log.hpp"

namespace vkxx::detail {

enum class replay_step_kind {
  give,      // `replay_step::text` is what it gave
  perform,   // it was not called before: do it, then `record`
  mismatch,  // the function has changed: `replay_step::text` says where
  full,      // the log has no space: `replay_step::text` says what to do
};

struct replay_step {
  replay_step_kind kind = replay_step_kind::perform;
  std::string text;
  [[nodiscard]] friend bool operator==(const replay_step&, const replay_step&) = default;
};

class replay_log {
 public:
  explicit replay_log(dialogue_log log) : log_{std::move(log)} {}

  // The next call of the function.
  [[nodiscard]] replay_step call(record_kind kind, std::string_view label);
  // What the last call gave that was to be performed.
  void record(std::string value);

  [[nodiscard]] const dialogue_log& log() const noexcept { return log_; }
  [[nodiscard]] dialogue_log& log() noexcept { return log_; }
  // Whether all records were given.
  [[nodiscard]] bool at_end() const noexcept { return position_ == log_.records.size(); }

 private:
  dialogue_log log_;
  std::size_t position_ = 0;
  dialogue_record pending_;
};

// Of a text of the program: it may hold what a person said.
[[nodiscard]] std::string text_label(std::string_view text);

}  // namespace vkxx::detail
