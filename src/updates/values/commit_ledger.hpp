// The batch of a source that waits for its commit.
#pragma once

#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include <vkxx/updates/update_source.hpp>
#include "core/async/time_sum.hpp"

namespace vkxx::detail {

// Thread safety: safe to share.
class commit_ledger {
 public:
  explicit commit_ledger(update_cursor start) : committed_{std::move(start)} {}

  void deliver(update_batch batch) {
    const std::lock_guard lock{mutex_};
    pending_ = std::move(batch);
    pending_committed_ = false;
    repeats_ = 0;
  }
  // Whether the cursor is that of the batch.
  bool commit(const update_cursor& cursor) {
    const std::lock_guard lock{mutex_};
    if (!pending_ || pending_->cursor() != cursor || pending_committed_) return false;
    pending_committed_ = true;
    committed_ = cursor;
    return true;
  }
  // Whether there was a committed batch; it is forgotten.
  bool take_committed() {
    const std::lock_guard lock{mutex_};
    if (!pending_ || !pending_committed_) return false;
    pending_.reset();
    return true;
  }
  // Whether there is a batch that was not committed.
  [[nodiscard]] bool is_uncommitted() const {
    const std::lock_guard lock{mutex_};
    return pending_ && !pending_committed_;
  }
  // That batch.
  [[nodiscard]] std::optional<update_batch> uncommitted() const {
    const std::lock_guard lock{mutex_};
    return pending_committed_ ? std::nullopt : pending_;
  }
  // The pause before it is returned once more.
  [[nodiscard]] duration pause_of_repeat() {
    const std::lock_guard lock{mutex_};
    const auto pause = std::chrono::seconds{1 << std::min(repeats_, 5U)};
    ++repeats_;
    return std::min<duration>(pause, std::chrono::seconds{30});
  }
  [[nodiscard]] update_cursor cursor() const {
    const std::lock_guard lock{mutex_};
    return committed_;
  }

 private:
  mutable std::mutex mutex_;
  update_cursor committed_;
  std::optional<update_batch> pending_;
  bool pending_committed_ = false;
  unsigned repeats_ = 0;
};

}  // namespace vkxx::detail
