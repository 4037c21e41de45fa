// Delivers answers that come on a thread which the receiver does not own.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

// Once it is closed, no foreign thread is inside, nor will be. Closed by the receiver, and when the
// execution context goes down that the receiver posts to.
//
// Thread safety: safe to share.
class answer_gate {
 public:
  answer_gate() = default;
  answer_gate(const answer_gate&) = delete;
  answer_gate& operator=(const answer_gate&) = delete;
  ~answer_gate() = default;

  // Runs `work` unless the gate is closed; one at a time.
  template <class Work>
  void pass(Work work) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return closed_ || inside_ == std::thread::id{}; });
    if (closed_) return;
    inside_ = std::this_thread::get_id();
    lock.unlock();
    const leaver leaving{*this};
    work();
  }

  // Waits for the one that is inside, unless that is this thread.
  void close() noexcept {
    std::unique_lock lock{mutex_};
    closed_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] {
      return inside_ == std::thread::id{} || inside_ == std::this_thread::get_id();
    });
  }

 private:
  struct leaver {
    answer_gate& gate;
    explicit leaver(answer_gate& passed) noexcept : gate{passed} {}
    leaver(const leaver&) = delete;
    leaver& operator=(const leaver&) = delete;
    ~leaver() {
      const std::lock_guard lock{gate.mutex_};
      gate.inside_ = {};
      gate.changed_.notify_all();
    }
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread::id inside_;
  bool closed_ = false;
};

// Closes the gates of an execution context before the context is gone.
class answer_gates final : public asio::execution_context::service {
 public:
  static inline asio::execution_context::id id;

  explicit answer_gates(asio::execution_context& context) : service{context} {}

  // A gate whose receiver posts to `executor`.
  [[nodiscard]] static std::shared_ptr<answer_gate> open(const asio::any_io_executor& executor) {
    auto& home = asio::use_service<answer_gates>(asio::query(executor, asio::execution::context));
    auto gate = std::make_shared<answer_gate>();
    const std::lock_guard lock{home.mutex_};
    std::erase_if(home.gates_, [](const auto& known) { return known.expired(); });
    home.gates_.push_back(gate);
    return gate;
  }

 private:
  void shutdown() noexcept final {
    std::vector<std::weak_ptr<answer_gate>> gates;
    {
      const std::lock_guard lock{mutex_};
      gates.swap(gates_);
    }
    for (const auto& gate : gates) {
      if (const auto alive = gate.lock()) alive->close();
    }
  }

  std::mutex mutex_;
  std::vector<std::weak_ptr<answer_gate>> gates_;
};

}  // namespace vkxx::detail
