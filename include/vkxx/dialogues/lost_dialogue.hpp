/// @file
/// Dialogues that do not fit the program any more, and what becomes of them.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <vkxx/dialogues/answer.hpp>

namespace vkxx {

/// A stored dialogue that cannot continue: the program has changed, or what is stored is damaged.
struct lost_dialogue {
  conversation_key key;  ///< whose it was
  std::string name;      ///< of its `dialogue_kind` or `steps`; empty: it cannot be read
  int version = 0;       ///< that it was written by; 0: it cannot be read
  std::string reason;    ///< in one sentence, without texts of people
};

/// What happens to the person whose dialogue is lost; see `dialogue_options::on_lost`.
class lost_action {
 public:
  /// The dialogue ends, with `dialogue_texts::lost`.
  [[nodiscard]] static lost_action drop() { return lost_action{}; }
  /// The dialogue ends with this text; an empty one is not sent.
  [[nodiscard]] static lost_action drop(std::string text) {
    lost_action action;
    action.text_ = std::move(text);
    return action;
  }
  /// The dialogue begins again, with the value that it began with, after `text`, unless that is
  /// empty. If it cannot be read, or the program has none of its name: as `drop()`.
  [[nodiscard]] static lost_action restart(std::string text = {}) {
    auto action = drop(std::move(text));
    action.restarts_ = true;
    return action;
  }
  /// Another dialogue begins, without a value, after `text`. If there is none of this name: as
  /// `drop()`.
  [[nodiscard]] static lost_action start(std::string name, std::string text = {}) {
    auto action = drop(std::move(text));
    action.start_ = std::move(name);
    return action;
  }

  /// What is said; nothing: `dialogue_texts::lost`.
  [[nodiscard]] const std::optional<std::string>& text() const noexcept { return text_; }
  /// Whether the same dialogue begins again.
  [[nodiscard]] bool restarts() const noexcept { return restarts_; }
  /// The name of the dialogue that begins; empty: none.
  [[nodiscard]] const std::string& starts() const noexcept { return start_; }

 private:
  lost_action() = default;

  std::optional<std::string> text_;
  bool restarts_ = false;
  std::string start_;
};

}  // namespace vkxx
