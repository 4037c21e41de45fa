// The calls of a dialogue's function.
#include <charconv>
#include <utility>

#include <vkxx/core/exception.hpp>
#include <vkxx/dialogues/steps.hpp>
#include "dialogues/machine/question_check.hpp"
#include "dialogues/run/dialogue_frame.hpp"

namespace vkxx {
namespace detail {
namespace {

frame_stop failed_by(const error& failure) {
  frame_stop stop{frame_stop_kind::failed, {}, nullptr};
  try {
    throw_error(failure);
  } catch (...) {
    stop.failure = std::current_exception();
  }
  return stop;
}

// A stop because of a call that does not fit.
frame_stop lost_by(replay_step step) {
  return {frame_stop_kind::lost, std::move(step.text), nullptr};
}

// Texts may hold what a person said, so they are known by their digests.
std::string label_of(const outgoing& message) {
  std::string text = message.text().text();
  if (message.keyboard()) text += message.keyboard()->to_json();
  for (const auto& attached : message.attachments()) text += "\n" + attached.name;
  return text_label(text);
}

template <class T>
T number_from(const std::string& json) {
  T number{};
  std::from_chars(json.data(), json.data() + json.size(), number);
  return number;
}

}  // namespace

asio::awaitable<answer> dialogue_calls::ask(frame_handle frame, question open) {
  const auto label = open.label().empty() ? text_label(open.message().text().text()) : open.label();
  auto step = frame->machine_.called(record_kind::ask, label);
  if (step.kind == replay_step_kind::give) {
    const auto given = answer::from_json(step.text);
    if (!given) {
      auto stopping = misfit(frame, given.error().message());
      co_await std::move(stopping);
    }
    co_return *given;
  }
  if (step.kind != replay_step_kind::perform) {
    auto stopping = dialogue_frame::give_up(frame, lost_by(std::move(step)));
    co_await std::move(stopping);
  }
  if (frame->machine_.reached(open, label, frame->turn_->now())) {
    const auto mark = question_mark(*frame->machine_.log().open);
    auto sending = frame->turn_->send(open.message(mark));
    const auto sent = co_await std::move(sending);
    if (!sent) {
      auto stopping = dialogue_frame::give_up(frame, failed_by(sent.error()));
      co_await std::move(stopping);
    }
  }
  frame_stop stop{frame_stop_kind::asks, {}, nullptr};
  auto waiting = dialogue_frame::pause(frame, std::move(stop));
  co_await std::move(waiting);
  auto given = std::exchange(frame->value_, std::nullopt).value();
  frame->machine_.answered(given.to_json());
  co_return given;
}

asio::awaitable<void> dialogue_calls::say(frame_handle frame, outgoing message) {
  auto step = frame->machine_.called(record_kind::say, label_of(message));
  if (step.kind == replay_step_kind::give) co_return;
  if (step.kind != replay_step_kind::perform) {
    auto stopping = dialogue_frame::give_up(frame, lost_by(std::move(step)));
    co_await std::move(stopping);
  }
  auto sending = frame->turn_->send(std::move(message));
  const auto sent = co_await std::move(sending);
  if (!sent) {
    auto stopping = dialogue_frame::give_up(frame, failed_by(sent.error()));
    co_await std::move(stopping);
  }
  frame->machine_.answered({});
}

namespace {

// An exception of an effect: the function does not see it, since it would not see it again when it
// is replayed.
struct effect_outcome {
  std::string json;
  std::exception_ptr failure;
};

asio::awaitable<effect_outcome> outcome_of_change(std::shared_ptr<dialogue_turn> turn,
                                                  dialogue_calls::text_change change) {
  effect_outcome outcome;
  try {
    if (turn->context() == nullptr) refuse_steps("there is no update of a dispatcher");
    auto running = change(*turn->context());
    outcome.json = co_await std::move(running);
  } catch (...) {
    outcome.failure = std::current_exception();
  }
  co_return outcome;
}

asio::awaitable<effect_outcome> outcome_of_effect(std::shared_ptr<dialogue_turn> turn,
                                                  std::string key,
                                                  dialogue_calls::text_effect effect) {
  effect_outcome outcome;
  try {
    auto running = turn->once(std::move(key), std::move(effect));
    auto given = co_await std::move(running);
    outcome.json = std::move(given).value();
  } catch (...) {
    outcome.failure = std::current_exception();
  }
  co_return outcome;
}

}  // namespace

asio::awaitable<std::string> dialogue_calls::recorded(frame_handle frame, record_kind kind,
                                                      std::string label, text_effect effect) {
  auto step = frame->machine_.called(kind, label);
  if (step.kind == replay_step_kind::give) co_return std::move(step.text);
  if (step.kind != replay_step_kind::perform) {
    auto stopping = dialogue_frame::give_up(frame, lost_by(std::move(step)));
    co_await std::move(stopping);
  }
  auto key = "dialogue/" + std::to_string(frame->machine_.log().runs) + "/" +
             std::to_string(frame->machine_.log().records.size()) + "/" + label;
  auto running = outcome_of_effect(frame->turn_, std::move(key), std::move(effect));
  auto outcome = co_await std::move(running);
  if (outcome.failure) {
    frame_stop stop{frame_stop_kind::failed, {}, outcome.failure};
    auto stopping = dialogue_frame::give_up(frame, std::move(stop));
    co_await std::move(stopping);
  }
  frame->machine_.answered(outcome.json);
  co_return std::move(outcome.json);
}

// The change and its record are committed together, so that its value need not be stored before.
asio::awaitable<std::string> dialogue_calls::write(frame_handle frame, std::string label,
                                                   text_change change) {
  auto step = frame->machine_.called(record_kind::write, label);
  if (step.kind == replay_step_kind::give) co_return std::move(step.text);
  if (step.kind != replay_step_kind::perform) {
    auto stopping = dialogue_frame::give_up(frame, lost_by(std::move(step)));
    co_await std::move(stopping);
  }
  auto running = outcome_of_change(frame->turn_, std::move(change));
  auto outcome = co_await std::move(running);
  if (outcome.failure) {
    frame_stop stop{frame_stop_kind::failed, {}, outcome.failure};
    auto stopping = dialogue_frame::give_up(frame, std::move(stop));
    co_await std::move(stopping);
  }
  frame->machine_.answered(outcome.json);
  co_return std::move(outcome.json);
}

asio::awaitable<std::string> dialogue_calls::once(frame_handle frame, std::string label,
                                                  text_effect effect) {
  return recorded(std::move(frame), record_kind::once, std::move(label), std::move(effect));
}

asio::awaitable<wall_time> dialogue_calls::now(frame_handle frame) {
  auto* const running_in = frame.get();
  text_effect effect = [running_in]() -> asio::awaitable<std::string> {
    co_return std::to_string(to_milliseconds(running_in->turn()->now()));
  };
  auto running = recorded(frame, record_kind::now, {}, std::move(effect));
  const auto json = co_await std::move(running);
  const std::chrono::milliseconds time{number_from<std::int64_t>(json)};
  co_return wall_time{std::chrono::duration_cast<wall_time::duration>(time)};
}

asio::awaitable<std::uint64_t> dialogue_calls::random(frame_handle frame) {
  auto* const running_in = frame.get();
  text_effect effect = [running_in]() -> asio::awaitable<std::string> {
    co_return std::to_string(running_in->turn()->random());
  };
  auto running = recorded(frame, record_kind::random, {}, std::move(effect));
  const auto json = co_await std::move(running);
  co_return number_from<std::uint64_t>(json);
}

asio::awaitable<void> dialogue_calls::misfit(frame_handle frame, std::string reason) {
  frame_stop stop{frame_stop_kind::lost, std::move(reason), nullptr};
  return dialogue_frame::give_up(std::move(frame), std::move(stop));
}

asio::awaitable<void> dialogue_calls::again(frame_handle frame, std::string state) {
  frame_stop stop{frame_stop_kind::again, std::move(state), nullptr};
  return dialogue_frame::give_up(std::move(frame), std::move(stop));
}

}  // namespace detail

dialogue::dialogue(std::shared_ptr<detail::dialogue_frame> frame) : frame_{std::move(frame)} {}

const conversation_key& dialogue::key() const noexcept {
  return frame_->key();
}
const std::string& dialogue::state_json() const noexcept {
  return frame_->machine().log().state;
}

update_context dialogue::context() const {
  const auto* context = frame_->turn() ? frame_->turn()->context() : nullptr;
  if (context == nullptr) {
    throw usage_exception{error{errc::invalid_argument, request_effect::not_sent,
                                "the dialogue handles no update of a dispatcher now"}};
  }
  return *context;
}

dialogue_kind::dialogue_kind(std::string name, function_type function)
    : name_{std::move(name)}, function_{std::move(function)} {}

dialogue_kind& dialogue_kind::version(int number) {
  version_ = number;
  return *this;
}
dialogue_kind& dialogue_kind::compatible_from(int number) {
  compatible_from_ = number;
  return *this;
}

}  // namespace vkxx
