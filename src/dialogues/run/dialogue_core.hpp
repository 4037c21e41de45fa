// What all dialogues of a program share.
#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <string>

#include <vkxx/dialogues/dialogue.hpp>
#include <vkxx/dialogues/dialogue_options.hpp>
#include <vkxx/dialogues/steps.hpp>
#include "dialogues/run/frame_cache.hpp"

namespace vkxx::detail {

// One of the two.
struct dialogue_entry {
  std::shared_ptr<const dialogue_kind> function;
  std::shared_ptr<const steps_rules> steps;
};

struct dialogue_core {
  explicit dialogue_core(dialogue_options given)
      : options{std::move(given)},
        replay_always{options.replay_always()},
        frames{options.max_frames()} {}

  [[nodiscard]] std::uint64_t random() const;
  void report(state_notice_kind kind, std::string key, std::string text,
              std::exception_ptr failure = nullptr) const noexcept;

  const dialogue_options options;
  bool replay_always;                                        // not changed once updates come
  std::map<std::string, dialogue_entry, std::less<>> kinds;  // not changed once updates come
  frame_cache frames;
};

}  // namespace vkxx::detail
