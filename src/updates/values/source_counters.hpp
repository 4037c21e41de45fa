// The counters of a source.
#pragma once

#include <mutex>
#include <optional>
#include <utility>

#include <vkxx/core/clock.hpp>
#include <vkxx/updates/update_source.hpp>

namespace vkxx::detail {

// Thread safety: safe to share.
class source_counters {
 public:
  void began(time_point now) {
    const std::lock_guard lock{mutex_};
    if (!last_answer_) last_answer_ = now;
  }
  void answered(time_point now) {
    const std::lock_guard lock{mutex_};
    ++values_.answers;
    values_.failures_in_row = 0;
    last_answer_ = now;
  }
  void failed() {
    const std::lock_guard lock{mutex_};
    ++values_.failures;
    ++values_.failures_in_row;
  }
  void renewed() {
    const std::lock_guard lock{mutex_};
    ++values_.renewals;
  }
  void delivered(const update_batch& batch) {
    const std::lock_guard lock{mutex_};
    values_.updates += batch.size();
    values_.losses += batch.losses().size();
  }
  void dropped(std::uint64_t count) {
    const std::lock_guard lock{mutex_};
    values_.dropped += count;
  }
  [[nodiscard]] update_source_metrics at(time_point now) const {
    const std::lock_guard lock{mutex_};
    auto values = values_;
    if (last_answer_) values.silence = now - *last_answer_;
    return values;
  }

 private:
  mutable std::mutex mutex_;
  update_source_metrics values_;
  std::optional<time_point> last_answer_;
};

}  // namespace vkxx::detail
