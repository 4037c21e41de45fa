// An operation that a stop signal cancels.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "core/async/in_strand.hpp"
#include "core/async/parked_handler.hpp"
#include "core/async/stop_signal.hpp"

namespace vkxx::detail {

class stoppable_run final : public strand_cancellation,
                            public std::enable_shared_from_this<stoppable_run> {
 public:
  explicit stoppable_run(const asio::any_io_executor& executor)
      : strand_cancellation{serial_executor(executor)} {}

  // On any thread.
  void request_stop() {
    const auto here = strand();
    if (!here) return;
    asio::post(here, [self = shared_from_this()] {
      if (self->over) return;
      self->stopped_ = true;
      self->cancel(asio::cancellation_type::all);
    });
  }
  // In the strand.
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

 private:
  bool stopped_ = false;
};

// Brings the signal into the strand of the operation. It holds nothing of the context, which may go
// down meanwhile: whoever stops keeps a listener for longer than it is told.
class run_stopper final : public stop_listener {
 public:
  run_stopper(const asio::any_io_executor& executor, const std::shared_ptr<stoppable_run>& run)
      : home_{parked_handlers::of(executor)}, run_{run} {}

  void on_stop() override {
    const parked_handlers::list::stay staying{*home_};
    if (!staying) return;
    // Released before the context may go.
    if (const auto run = run_.lock()) run->request_stop();
  }

 private:
  const std::shared_ptr<parked_handlers::list> home_;
  const std::weak_ptr<stoppable_run> run_;
};

// Lets the signal reach a run as long as it exists.
class stop_listening {
 public:
  stop_listening(std::shared_ptr<stop_signal> signal, std::shared_ptr<stop_listener> listener)
      : signal_{std::move(signal)},
        listener_{std::move(listener)},
        added_{signal_->add(listener_)} {}
  stop_listening(const stop_listening&) = delete;
  stop_listening& operator=(const stop_listening&) = delete;
  ~stop_listening() { signal_->remove(*listener_); }
  // False: it was stopped before.
  [[nodiscard]] explicit operator bool() const noexcept { return added_; }

 private:
  const std::shared_ptr<stop_signal> signal_;
  const std::shared_ptr<stop_listener> listener_;
  const bool added_;
};

// Not begun if the signal came before it reached its strand.
template <class T>
asio::awaitable<T> unless_stopped(std::shared_ptr<stoppable_run> run,
                                  asio::awaitable<T> operation) {
  if (run->stopped()) throw boost::system::system_error{asio::error::operation_aborted};
  co_return co_await std::move(operation);
}

// The operation's value; nothing once the signal was stopped (the operation is then cancelled, and
// its end awaited). Throws what the operation throws. When the awaiting
// coroutine is cancelled, so is the operation; what it makes of that counts.
//
// Less than a race between the operation and `stop_signal::wait`, which starts three coroutines.
template <class T>
asio::awaitable<std::optional<T>> until_stopped(std::shared_ptr<stop_signal> signal,
                                                asio::awaitable<T> operation) {
  const auto executor = co_await asio::this_coro::executor;
  const auto run = std::make_shared<stoppable_run>(executor);
  const stop_listening listening{signal, std::make_shared<run_stopper>(executor, run)};
  if (!listening) co_return std::nullopt;
  auto running = unless_stopped(run, std::move(operation));
  auto initiation = [&executor, &running, &run](auto handler) {
    start_in_strand(executor, run, std::move(running), std::move(handler));
  };
  std::optional<T> value;
  std::exception_ptr failure;
  try {
    value = co_await asio::async_initiate<const asio::use_awaitable_t<>&,
                                          void(std::exception_ptr, std::optional<T>)>(
        initiation, asio::use_awaitable);
  } catch (...) {
    failure = std::current_exception();
  }
  // Also a value that came just before the cancellation would have.
  if (signal->stopped()) co_return std::nullopt;
  if (failure) std::rethrow_exception(failure);
  co_return value;
}

}  // namespace vkxx::detail
