/// @file
/// The options of dialogues, and what they report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <vkxx/dialogues/answer.hpp>
#include <vkxx/dialogues/dialogue_texts.hpp>
#include <vkxx/dialogues/lost_dialogue.hpp>
#include <vkxx/state/state_store.hpp>

namespace vkxx {

/// What happened to stored state.
enum class state_notice_kind {
  unreadable,        ///< a stored value could not be read; it begins again
  dialogue_lost,     ///< a stored dialogue does not fit the program; it was ended
  dialogue_failed,   ///< the function of a dialogue failed for good; the dialogue was ended
  dialogue_refused,  ///< the person takes no messages (`cannot_write`): no fault; it was ended
  timer_lost,        ///< the program has no function for this timer any more; nothing was done
};

/// `unreadable` and so on.
[[nodiscard]] std::string_view to_string(state_notice_kind kind) noexcept;

/// One report. What could not be read is stored by the key `unreadable/` and `key`.
struct state_notice {
  state_notice_kind kind = state_notice_kind::unreadable;  ///< of what
  std::string key;                                         ///< the key in the store
  std::string text;  ///< in one sentence, without texts of people
  /// What a function of the program threw; null: nothing. What it says may be a text of a person.
  std::exception_ptr failure = nullptr;
};

/// The options of `dialogues`.
class dialogue_options {
 public:
  /// What dialogues say by themselves.
  dialogue_options& texts(dialogue_texts value);
  /// How many waiting functions stay in memory; 10,000 by default. Others run again from their
  /// beginning when their answer comes, the least recently used first.
  dialogue_options& max_frames(std::size_t count);
  /// For tests: at each question the function runs once more from its beginning, so that whatever
  /// it does differently the second time is found at once. Nothing stays in memory. Off by default.
  dialogue_options& replay_always(bool on);
  /// After how many failed runs for one update a dialogue ends; 3 by default, at least 1. A failure
  /// that is not `error::retryable` ends it at once.
  dialogue_options& failures(int count);
  /// The store of the dispatcher, for `dialogues::find`. Null, the default: there is none.
  dialogue_options& store(std::shared_ptr<state_store> value);
  /// Decides what becomes of a person whose stored dialogue does not fit the program any more,
  /// after it was reported and put aside. Called at most once for an update; a dialogue that is
  /// lost while it begins again ends. It must not block; an exception counts as
  /// `lost_action::drop()`, as does an empty function, the default.
  dialogue_options& on_lost(std::function<lost_action(const lost_dialogue&)> function);
  /// Called with each report. It must not block; exceptions are swallowed.
  dialogue_options& on_notice(std::function<void(const state_notice&)> function);
  /// 64 random bits; for tests. Empty, the default: the system's.
  dialogue_options& random(std::function<std::uint64_t()> function);

  [[nodiscard]] const dialogue_texts& texts() const noexcept { return texts_; }
  [[nodiscard]] std::size_t max_frames() const noexcept { return max_frames_; }
  [[nodiscard]] bool replay_always() const noexcept { return replay_always_; }
  [[nodiscard]] int failures() const noexcept { return failures_; }
  [[nodiscard]] const std::shared_ptr<state_store>& store() const noexcept { return store_; }
  /// As set.
  [[nodiscard]] const std::function<lost_action(const lost_dialogue&)>& on_lost() const noexcept {
    return on_lost_;
  }
  /// As set.
  [[nodiscard]] const std::function<void(const state_notice&)>& on_notice() const noexcept {
    return on_notice_;
  }
  /// As set.
  [[nodiscard]] const std::function<std::uint64_t()>& random() const noexcept { return random_; }

 private:
  dialogue_texts texts_;
  std::size_t max_frames_ = 10'000;
  bool replay_always_ = false;
  int failures_ = 3;
  std::shared_ptr<state_store> store_;
  std::function<lost_action(const lost_dialogue&)> on_lost_;
  std::function<void(const state_notice&)> on_notice_;
  std::function<std::uint64_t()> random_;
};

}  // namespace vkxx
