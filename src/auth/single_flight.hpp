// Many ask for a token, one gets it for all.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include <vkxx/auth/access_token.hpp>
#include "core/parked_handler.hpp"

namespace vkxx::auth {

// Thread safety: safe to share.
class single_flight : public std::enable_shared_from_this<single_flight> {
 public:
  using outcome = result<access_token>;
  using work = std::function<asio::awaitable<outcome>()>;

  // The outcome of the work that runs already, else of `begun`, which is started on a strand of the
  // waiting coroutine's executor and owns what it needs.
  //
  // Cancelling a wait ends that wait. When nobody is left the work is cancelled, unless it was
  // marked by `must_finish`. `cancelled` is then the outcome.
  [[nodiscard]] static asio::awaitable<outcome> join(std::shared_ptr<single_flight> flight,
                                                     work begun);

  // From now on the present work goes on to its end, whoever waits.
  void must_finish();

 private:
  using outcome_handler = asio::any_completion_handler<void(outcome)>;
  struct run_guard;

  void start(asio::any_io_executor executor, work begun, outcome_handler handler);
  void cancel(std::uint64_t waiter) noexcept;
  void finish(const outcome& what) noexcept;
  static asio::awaitable<void> run(std::shared_ptr<single_flight> flight, work begun);

  std::mutex mutex_;
  bool running_ = false;
  bool must_finish_ = false;
  std::uint64_t last_waiter_ = 0;
  std::map<std::uint64_t, parked_handler<outcome>> waiting_;
  // Of the work that runs; its executor is where the signal may be used.
  asio::any_io_executor executor_;
  std::shared_ptr<asio::cancellation_signal> stop_;
};

}  // namespace vkxx::auth
