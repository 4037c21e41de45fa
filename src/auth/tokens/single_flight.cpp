#include "auth/tokens/single_flight.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <utility>
#include "core/errors/thrown_text.hpp"

namespace vkxx::auth::detail {

using vkxx::detail::parked_handler;
using vkxx::detail::thrown_text;
namespace {

error cancelled() {
  return error{errc::cancelled, request_effect::unknown, "the login was cancelled"};
}

error hook_failure() {
  return error{errc::handler_failed, request_effect::unknown,
               "a hook or a store of the login threw an exception: " + thrown_text()};
}

// Converts the exception of the work, which is in hand, to an error. Whatever it is: an outcome
// that stays empty means that the work was abandoned, and all waiters begin it again.
error failure_in_hand() {
  try {
    throw;
  } catch (const exception& ours) {
    return ours.error();
  } catch (const boost::system::system_error& thrown) {
    return thrown.code() == asio::error::operation_aborted ? cancelled() : hook_failure();
  } catch (...) {
    return hook_failure();
  }
}

}  // namespace

// Wakes all waiters, even if the coroutine is destroyed before its end.
struct single_flight::run_guard {
  std::shared_ptr<single_flight> flight;
  outcome end;

  explicit run_guard(std::shared_ptr<single_flight> guarded) : flight{std::move(guarded)} {}
  run_guard(const run_guard&) = delete;
  run_guard& operator=(const run_guard&) = delete;
  ~run_guard() { flight->finish(std::move(end)); }
};

// The guard exists before the coroutine runs, because the coroutine may never run.
asio::awaitable<void> single_flight::run(std::shared_ptr<run_guard> guard, work begun) {
  try {
    auto working = begun();
    guard->end = co_await std::move(working);
  } catch (...) {
    guard->end = failure_in_hand();
  }
}

bool single_flight::wait(const asio::any_io_executor& executor, outcome_handler handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  const std::lock_guard lock{mutex_};
  const auto waiter = ++last_waiter_;
  waiting_.emplace(waiter, parked_handler<outcome>{executor, std::move(handler)});
  if (slot.is_connected()) {
    slot.assign([flight = weak_from_this(), waiter](asio::cancellation_type) {
      if (const auto alive = flight.lock()) alive->cancel(waiter);
    });
  }
  return !std::exchange(running_, true);
}

void single_flight::spawn(const asio::any_io_executor& executor, work begun) {
  const auto strand = asio::make_strand(executor);
  const auto stop = std::make_shared<asio::cancellation_signal>();
  const auto slot = stop->slot();
  {
    const std::lock_guard lock{mutex_};
    stop_.emplace(asio::any_io_executor{strand},
                  [stop](bool) { stop->emit(asio::cancellation_type::terminal); });
    stopping_ = false;
  }
  auto guard = std::make_shared<run_guard>(shared_from_this());
  asio::co_spawn(strand, run(std::move(guard), std::move(begun)),
                 asio::bind_cancellation_slot(slot, [keep = stop](std::exception_ptr) {}));
}

void single_flight::spawn(refresh_worker& worker, const worker_work& begun) {
  const auto guard = std::make_shared<run_guard>(shared_from_this());
  try {
    worker.start([&guard, &begun](refresh_worker::run& here) {
      work bound = [begun, &here] { return begun(here); };
      return run(guard, std::move(bound));
    });
  } catch (const std::exception& failure) {
    guard->end = error{errc::connection_failed, request_effect::not_sent,
                       std::string{"the token was not refreshed, since that wants a thread of its "
                                   "own and none can be had: "} +
                           failure.what()};
  }
}

void single_flight::cancel(std::uint64_t waiter) noexcept {
  const std::lock_guard lock{mutex_};
  auto parked = waiting_.extract(waiter);
  if (parked.empty()) return;
  parked.mapped().complete(outcome{cancelled()});
  if (!waiting_.empty() || !stop_) return;
  stopping_ = true;
  stop_->complete(true);
}

void single_flight::finish(outcome end) noexcept {
  std::map<std::uint64_t, parked_handler<outcome>> woken;
  // A source may outlive the event loop that it ran on.
  std::optional<parked_handler<bool>> stop;
  {
    const std::lock_guard lock{mutex_};
    running_ = false;
    woken.swap(waiting_);
    stop.swap(stop_);
    // A waiter that arrived while the work was being cancelled has not been cancelled itself.
    if (std::exchange(stopping_, false) && end && !*end) end.reset();
  }
  if (stop) stop->drop();
  for (auto& [waiter, parked] : woken) parked.complete(end);
}

asio::awaitable<single_flight::outcome> single_flight::join(std::shared_ptr<single_flight> flight,
                                                            work begun) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&flight, &executor, &begun](auto handler) {
    if (flight->wait(executor, outcome_handler{std::move(handler)})) {
      flight->spawn(executor, std::move(begun));
    }
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(outcome)>(
      initiation, asio::use_awaitable);
}

asio::awaitable<single_flight::outcome> single_flight::join(std::shared_ptr<single_flight> flight,
                                                            std::shared_ptr<refresh_worker> worker,
                                                            worker_work begun) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&flight, &worker, &executor, &begun](auto handler) {
    if (flight->wait(executor, outcome_handler{std::move(handler)})) {
      flight->spawn(*worker, begun);
    }
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(outcome)>(
      initiation, asio::use_awaitable);
}

}  // namespace vkxx::auth::detail
