// The thread that owns a file of SQLite.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <vkxx/state/state_unit.hpp>
#include "core/async/parked_handler.hpp"
#include "core/async/process_mark.hpp"
#include "state/sqlite/sqlite_engine.hpp"
#include "state/values/state_text.hpp"

namespace vkxx::detail {

// Does one operation after the other; commits that wait together share a transaction.
//
// Thread safety: safe to share.
class sqlite_worker {
 public:
  sqlite_worker(std::unique_ptr<sqlite_engine> engine, duration group_time);
  // Does what waits, and closes the file.
  ~sqlite_worker();
  sqlite_worker(const sqlite_worker&) = delete;
  sqlite_worker& operator=(const sqlite_worker&) = delete;

  // The outcome of `read`, which runs in the thread, and may throw `sqlite_failure`.
  template <class T, class Read>
  [[nodiscard]] static asio::awaitable<result<T>> run(std::shared_ptr<sqlite_worker> self,
                                                      Read read) {
    auto start = [self = std::move(self),
                  read = std::move(read)](parked_handler<result<T>> parked) mutable {
      // The operation keeps the file open no longer than until its work has a place in the queue.
      const auto worker = std::move(self);
      if (!worker->process_.is_here()) return parked.complete(opened_before_fork());
      worker->push(
          job{std::nullopt, [parked, read = std::move(read)](sqlite_engine& engine) mutable {
                parked.complete(outcome_of<T>(engine, read));
              }});
    };
    return submit<T>(std::move(start));
  }

  [[nodiscard]] static asio::awaitable<result<commit_receipt>> commit(
      std::shared_ptr<sqlite_worker> self, state_unit unit);

 private:
  using receipt_handler = parked_handler<result<commit_receipt>>;
  struct commit_job {
    state_unit unit;
    receipt_handler parked;
  };
  struct job {
    std::optional<commit_job> commit;
    std::function<void(sqlite_engine&)> other;
  };

  template <class T, class Read>
  [[nodiscard]] static result<T> outcome_of(sqlite_engine& engine, Read& read) {
    try {
      if constexpr (std::is_void_v<T>) {
        read(engine);
        return {};
      } else {
        return read(engine);
      }
    } catch (const sqlite_failure& cause) {
      return engine.failure(cause);
    }
  }

  // Gives `start` a handler to be completed.
  template <class T, class Start>
  [[nodiscard]] static asio::awaitable<result<T>> submit(Start start) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    const auto executor = co_await asio::this_coro::executor;
    auto initiation = [&executor, &start](auto handler) {
      auto slot = asio::get_associated_cancellation_slot(handler);
      parked_handler<result<T>> parked{executor, std::move(handler)};
      // Before the thread can complete it: then the slot may be gone.
      if (slot.is_connected()) {
        slot.assign(
            [parked](asio::cancellation_type) mutable { parked.complete(operation_cancelled()); });
      }
      start(std::move(parked));
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(result<T>)>(
        initiation, asio::use_awaitable);
  }

  void push(job added);
  void work();
  [[nodiscard]] bool take_jobs(std::vector<job>& jobs);
  // With the mutex held: nothing more is worth waiting for.
  [[nodiscard]] bool whole_group() const noexcept;
  void do_commits(std::vector<job>& jobs);

  std::unique_ptr<sqlite_engine> engine_;
  const duration group_time_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<job> jobs_;
  std::size_t others_ = 0;   // of these, which are no commits
  bool collecting_ = false;  // the thread waits for more commits of a group
  bool closing_ = false;
  bool busy_times_ = false;  // the last group had several units
  const process_mark process_;
  std::thread thread_;
};

}  // namespace vkxx::detail
