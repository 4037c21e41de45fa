// Many ask for a token, one gets it for all.
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
  // Nothing: the work was abandoned, since the event loop that it ran on is gone, or all who waited
  // before had left. Whoever still wants a token starts over.
  using outcome = std::optional<result<access_token>>;
  using work = std::function<asio::awaitable<result<access_token>>()>;
  using worker_work = std::function<asio::awaitable<result<access_token>>(refresh_worker::run&)>;

  // The outcome of the work that runs already, else of `begun`, which is started on a strand of the
  // waiting coroutine's executor and owns what it needs.
  //
  // Cancelling a wait ends that wait: `cancelled` is its outcome. When nobody is left the work is
  // cancelled.
  [[nodiscard]] static asio::awaitable<outcome> join(std::shared_ptr<single_flight> flight,
                                                     work begun);
  // The same for work that is started by `worker`, and goes on when nobody is left. To be used with
  // one worker only.
  [[nodiscard]] static asio::awaitable<outcome> join(std::shared_ptr<single_flight> flight,
                                                     std::shared_ptr<refresh_worker> worker,
                                                     worker_work begun);

 private:
  using outcome_handler = asio::any_completion_handler<void(outcome)>;
  struct run_guard;

  // Whether the work is to be started by the caller.
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
  // Cancels the work that runs here. Parked in its execution context, which may die at any moment.
  std::optional<vkxx::detail::parked_handler<bool>> stop_;
  bool stopping_ = false;
};

}  // namespace vkxx::auth::detail
