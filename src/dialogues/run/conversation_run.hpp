// One update of a conversation that has a dialogue, or begins one.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/dialogues/answer.hpp>
#include <vkxx/dispatch/update_context.hpp>
#include "dialogues/machine/steps_machine.hpp"
#include "dialogues/run/dialogue_core.hpp"
#include "dialogues/run/dialogue_turn.hpp"

namespace vkxx::detail {

inline constexpr std::string_view dialogue_timer_prefix = "dialogue-timer/";

[[nodiscard]] std::string dialogue_key(const conversation_key& key);

// What comes: a message of the person, or the end of a question's time.
struct dialogue_event {
  std::optional<answer> given;
  std::uint64_t serial = 0;  // of the question whose time is over
};

// A local of the coroutine that handles the update; its functions refer to it. All of them throw.
class conversation_run {
 public:
  conversation_run(std::shared_ptr<dialogue_core> core, update_context context,
                   conversation_key key);

  // This and `start` end a dialogue with a person who takes no messages.
  // Whether the event was for an open dialogue.
  [[nodiscard]] asio::awaitable<bool> take(dialogue_event event);
  // `state`: JSON text, may be empty. Precondition: there is a dialogue of this name.
  [[nodiscard]] asio::awaitable<void> start(std::string name, std::string state);
  // Ends the open dialogue without a word.
  void end();

 private:
  [[nodiscard]] asio::awaitable<bool> take_open(dialogue_event event);
  [[nodiscard]] asio::awaitable<void> begin(std::string name, std::string state);
  // Whether it is because VK takes no message to the person of the dialogue, which is over then.
  [[nodiscard]] bool ends_refused(const std::exception_ptr& failure);
  [[nodiscard]] asio::awaitable<bool> take_function(dialogue_log log, dialogue_event event);
  [[nodiscard]] asio::awaitable<bool> take_steps(steps_log log, dialogue_event event);
  [[nodiscard]] asio::awaitable<bool> apply(frame_owner frame, input_action action);
  // Runs the function until it asks, or ends for good.
  [[nodiscard]] asio::awaitable<void> run_function(dialogue_log log);
  [[nodiscard]] asio::awaitable<void> settle(frame_owner frame, frame_stop stop);
  // Runs the function to its open question; the frame is empty if it did not get there.
  [[nodiscard]] asio::awaitable<frame_owner> replayed(dialogue_log log);
  [[nodiscard]] asio::awaitable<void> apply_steps(const steps_rules& rules, steps_machine machine,
                                                  steps_action action);
  [[nodiscard]] asio::awaitable<void> say(std::string text);
  // What a person hears who need not be there any more: somebody who takes no messages does not
  // keep a dialogue open.
  [[nodiscard]] asio::awaitable<void> ask_again(question open, std::string mark);
  [[nodiscard]] asio::awaitable<void> say_if_allowed(std::string text);
  // Ends a dialogue that cannot continue; what is stored goes aside.
  [[nodiscard]] asio::awaitable<void> lose(state_notice_kind kind, std::string reason,
                                           std::string text);
  [[nodiscard]] asio::awaitable<void> fail(std::exception_ptr failure);
  void save(std::string bytes, const std::optional<open_question>& open);
  [[nodiscard]] frame_owner new_frame(asio::any_io_executor executor, dialogue_log log) const;

  const std::shared_ptr<dialogue_core> core_;
  const update_context context_;
  const conversation_key key_;
  const std::string storage_key_;
  const std::shared_ptr<dialogue_turn> turn_;
  // What is known of the open dialogue: for one that is lost.
  struct known_dialogue {
    std::string name;
    int version = 0;
    std::string state;  // that it began with
  };
  [[nodiscard]] lost_action action_for(std::string reason) const noexcept;

  std::string stored_;  // bytes, as they were read; empty: none
  known_dialogue known_;
  bool was_lost_ = false;
};

}  // namespace vkxx::detail
