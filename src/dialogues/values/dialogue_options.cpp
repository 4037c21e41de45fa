#include <vkxx/dialogues/dialogue_options.hpp>

#include <utility>

#include <vkxx/core/error.hpp>
#include <vkxx/core/exception.hpp>

namespace vkxx {

std::string_view to_string(state_notice_kind kind) noexcept {
  switch (kind) {
    case state_notice_kind::unreadable:
      return "unreadable";
    case state_notice_kind::dialogue_lost:
      return "dialogue_lost";
    case state_notice_kind::dialogue_failed:
      return "dialogue_failed";
    case state_notice_kind::dialogue_refused:
      return "dialogue_refused";
    case state_notice_kind::timer_lost:
      return "timer_lost";
  }
  return "unknown";
}

dialogue_options& dialogue_options::texts(dialogue_texts value) {
  texts_ = std::move(value);
  return *this;
}
dialogue_options& dialogue_options::max_frames(std::size_t count) {
  max_frames_ = count;
  return *this;
}
dialogue_options& dialogue_options::replay_always(bool on) {
  replay_always_ = on;
  return *this;
}
dialogue_options& dialogue_options::failures(int count) {
  if (count < 1) {
    throw usage_exception{error{errc::invalid_argument, request_effect::not_sent,
                                "dialogues cannot end before the first failure"}};
  }
  failures_ = count;
  return *this;
}
dialogue_options& dialogue_options::store(std::shared_ptr<state_store> value) {
  store_ = std::move(value);
  return *this;
}
dialogue_options& dialogue_options::on_lost(
    std::function<lost_action(const lost_dialogue&)> function) {
  on_lost_ = std::move(function);
  return *this;
}
dialogue_options& dialogue_options::on_notice(std::function<void(const state_notice&)> function) {
  on_notice_ = std::move(function);
  return *this;
}
dialogue_options& dialogue_options::random(std::function<std::uint64_t()> function) {
  random_ = std::move(function);
  return *this;
}

}  // namespace vkxx
