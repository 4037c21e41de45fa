// The updates of a stream that wait for the program, and what is missing between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/updates/update_source.hpp>

namespace vkxx::detail {

// Not safe to share.
class held_updates {
 public:
  static constexpr std::size_t largest_batch = 256;
  static constexpr std::size_t most_bytes = std::size_t{64} << 20;

  explicit held_updates(std::size_t most) : most_{most} {}

  // False: there is no space. The update is dropped, which is a loss before the next one.
  bool add(update content) {
    const auto size = content.raw().size();
    if (held_.size() >= most_ || bytes_ + size > most_bytes) {
      auto& loss = loss_of(loss_reason::overflow);
      loss.count = loss.count.value_or(0) + 1;
      return false;
    }
    held_.push_back({std::move(content), std::exchange(losses_, {})});
    bytes_ += size;
    return true;
  }
  // The stream was interrupted.
  void disconnected() { loss_of(loss_reason::disconnected); }
  // Something came that may have been an update.
  void unreadable() {
    auto& loss = loss_of(loss_reason::malformed_answer);
    loss.count = loss.count.value_or(0) + 1;
  }

  // Nothing: there are neither updates nor losses. A loss begins a batch: what is missing came
  // before the updates of the batch, and after those of the last one.
  [[nodiscard]] std::optional<update_batch> take() {
    if (held_.empty() && losses_.empty()) return std::nullopt;
    auto losses = std::exchange(held_.empty() ? losses_ : held_.front().losses_before, {});
    std::vector<update> updates;
    while (!held_.empty() && updates.size() < largest_batch &&
           held_.front().losses_before.empty()) {
      bytes_ -= held_.front().content.raw().size();
      updates.push_back(std::move(held_.front().content));
      held_.pop_front();
    }
    return update_batch{std::move(updates), std::move(losses),
                        update_cursor{"stream:" + std::to_string(++batch_number_)}};
  }

 private:
  struct held {
    update content;
    std::vector<update_loss> losses_before;
  };

  // One of each kind until the next update.
  update_loss& loss_of(loss_reason reason) {
    for (auto& known : losses_)
      if (known.reason == reason) return known;
    return losses_.emplace_back(update_loss{reason, {}, {}, std::nullopt});
  }

  std::size_t most_;
  std::size_t bytes_ = 0;
  std::deque<held> held_;
  std::vector<update_loss> losses_;  // after all that is held
  std::uint64_t batch_number_ = 0;
};

}  // namespace vkxx::detail
