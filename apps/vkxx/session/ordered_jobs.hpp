/// @file
/// Jobs that run side by side, whose outcomes are taken in order.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace vkxx::cli {

/// Runs the jobs 0 to `count` - 1 on threads of its own, at most `at_once` of them at a time. After
/// one that failed no other is begun.
template <class Outcome>
class ordered_jobs {
 public:
  using job = std::function<Outcome(std::size_t number)>;
  using judge = std::function<bool(const Outcome&)>;

  /// `work` is called by several threads; `succeeded` says whether to go on.
  ordered_jobs(std::size_t count, std::size_t at_once, job work, judge succeeded)
      : work_{std::move(work)}, succeeded_{std::move(succeeded)}, outcomes_(count) {
    for (std::size_t i = 0; i < std::min(at_once, count); ++i)
      threads_.emplace_back([this] { run(); });
  }
  ordered_jobs(const ordered_jobs&) = delete;
  ordered_jobs& operator=(const ordered_jobs&) = delete;
  /// Begins nothing more, and waits for those that run.
  ~ordered_jobs() {
    end();
    for (auto& thread : threads_) thread.join();
  }

  /// Begins nothing more.
  void end() {
    const std::lock_guard lock{mutex_};
    ended_ = true;
    changed_.notify_all();
  }

  /// Waits for the outcome; nothing: it was not begun. Throws what the job threw. Once for a
  /// number.
  [[nodiscard]] std::optional<Outcome> wait(std::size_t number) {
    std::unique_lock lock{mutex_};
    auto& entry = outcomes_.at(number);
    changed_.wait(lock, [&] { return entry.over || (ended_ && number >= next_); });
    if (entry.thrown) std::rethrow_exception(entry.thrown);
    return std::exchange(entry.value, std::nullopt);
  }

 private:
  struct record {
    bool over = false;
    std::optional<Outcome> value;
    std::exception_ptr thrown;
  };

  void run() noexcept {
    std::unique_lock lock{mutex_};
    while (!ended_ && next_ < outcomes_.size()) {
      const auto number = next_++;
      lock.unlock();
      record result;
      try {
        result.value = work_(number);
      } catch (...) {
        result.thrown = std::current_exception();
      }
      lock.lock();
      result.over = true;
      if (!result.value || !succeeded_(*result.value)) ended_ = true;
      outcomes_[number] = std::move(result);
      changed_.notify_all();
    }
  }

  const job work_;
  const judge succeeded_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<record> outcomes_;
  std::size_t next_ = 0;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace vkxx::cli
