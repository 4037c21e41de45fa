// Gets one token for all callers that wait for it.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include <vkxx/auth/access_token.hpp>
#include "auth/tokens/refresh_worker.hpp"
#include "core/async/parked_handler.hpp"

namespace vkxx::auth::detail {

// Thread safety: safe to share.
class single_flight : public std::enable_shared_from_this<single_flight> {
 public:
  // Empty if the work was abandoned: its event loop is gone, or all earlier waiters had left. A
  // caller that still needs a token starts over.
  using outcome = std::optional<result<access_token>>;
  using work = std::function<asio::awaitable<result<access_token>>()>;
  using worker_work = std::function<asio::awaitable<result<access_token>>(refresh_worker::run&)>;

  // Returns the outcome of the running work, or starts `begun` on a strand of the waiting
  // coroutine's executor. `begun` must own what it needs.
  //
  // Cancelling a wait ends only that wait, with the outcome `cancelled`. When no waiter is left,
  // the work is cancelled.
  [[nodiscard]] static asio::awaitable<outcome> join(std::shared_ptr<single_flight> flight,
                                                     work begun);
  // Like `join`, but `worker` starts the work, which continues without waiters. Use with one worker
  // only.
  [[nodiscard]] static asio::awaitable<outcome> join(std::shared_ptr<single_flight> flight,
                                                     std::shared_ptr<refresh_worker> worker,
                                                     worker_work begun);

 private:
  using outcome_handler = asio::any_completion_handler<void(outcome)>;
  struct run_guard;

  // Returns whether the caller must start the work.
  [[nodiscard]] bool wait(const asio::any_io_executor& executor, outcome_handler handler);
  void spawn(const asio::any_io_executor& executor, work begun);
  void spawn(refresh_worker& worker, const worker_work& begun);
  void cancel(std::uint64_t waiter) noexcept;
  void finish(outcome end) noexcept;
  static asio::awaitable<void> run(std::shared_ptr<run_guard> guard, work begun);

  std::mutex mutex_;
  bool running_ = false;
  std::uint64_t last_waiter_ = 0;
  std::map<std::uint64_t, vkxx::detail::parked_handler<outcome>> waiting_;
  // Cancels the running work. Parked in its execution context, which may be destroyed at any
  // moment.
  std::optional<vkxx::detail::parked_handler<bool>> stop_;
  bool stopping_ = false;
};

}  // namespace vkxx::auth::detail
