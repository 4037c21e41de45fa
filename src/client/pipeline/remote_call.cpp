#include "client/pipeline/remote_call.hpp"

#include <atomic>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "client/pipeline/challenge_time.hpp"
#include "client/pipeline/home_context.hpp"
#include "core/async/in_strand.hpp"
#include "core/async/parked_handler.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {
namespace {

// How long the client's context is given to end the call by itself, and so to tell more of it.
constexpr auto grace = std::chrono::milliseconds{100};
constexpr auto patience = std::chrono::seconds{1};

// What both sides share.
class remote_call : public std::enable_shared_from_this<remote_call> {
 public:
  explicit remote_call(std::shared_ptr<call_state> state)
      : state_{std::move(state)}, strand_{asio::make_strand(state_->home().executor())} {}

  // The caller's side.

  // Wakes the caller at once if the call has not begun, else within `patience`.
  void cancel(const asio::any_io_executor& caller, asio::cancellation_type type) {
    auto expected = stage::posted;
    if (stage_.compare_exchange_strong(expected, stage::given_up) || state_->home().gone()) {
      wake();
      return;
    }
    asio::post(strand_, [stop = stop_, type] {
      if (!stop->over) stop->signal.emit(type);
    });
    timer_ = std::make_shared<asio::steady_timer>(caller, patience);
    timer_->async_wait([timer = timer_, weak = weak_from_this()](boost::system::error_code ec) {
      const auto alive = weak.lock();
      if (!ec && alive) alive->wake();
    });
  }
  // No timer keeps the caller's context busy any more.
  void end_wait() {
    if (const auto timer = std::exchange(timer_, nullptr)) timer->cancel();
  }
  [[nodiscard]] std::optional<result<reply>> outcome() const {
    const std::lock_guard lock{mutex_};
    return outcome_;
  }
  void wait_with(parked_handler<bool> handler) { waiting_.emplace(std::move(handler)); }

  // The client's side.

  // False: nobody waits any more.
  [[nodiscard]] bool begin() noexcept {
    auto expected = stage::posted;
    return stage_.compare_exchange_strong(expected, stage::begun);
  }
  void settle(result<reply> outcome) {
    {
      const std::lock_guard lock{mutex_};
      outcome_.emplace(std::move(outcome));
    }
    stop_->over = true;
    wake();
  }
  // Only the first counts.
  void wake() { waiting_->complete(true); }

  [[nodiscard]] const asio::strand<asio::any_io_executor>& strand() const noexcept {
    return strand_;
  }
  [[nodiscard]] asio::cancellation_slot slot() noexcept { return stop_->signal.slot(); }

 private:
  enum class stage : std::uint8_t { posted, begun, given_up };

  std::shared_ptr<call_state> state_;
  asio::strand<asio::any_io_executor> strand_;
  std::shared_ptr<strand_cancellation> stop_ = std::make_shared<strand_cancellation>();
  std::atomic<stage> stage_ = stage::posted;
  // Set before the call is started.
  std::optional<parked_handler<bool>> waiting_;
  // Touched on the caller's side alone.
  std::shared_ptr<asio::steady_timer> timer_;
  mutable std::mutex mutex_;
  std::optional<result<reply>> outcome_;
};

// Wakes the caller at the latest when the coroutine that holds it is destroyed, also one that has
// not begun: the client's context went down.
class waker {
 public:
  explicit waker(std::shared_ptr<remote_call> call) noexcept : call_{std::move(call)} {}
  waker(waker&&) noexcept = default;
  waker& operator=(waker&&) = delete;
  ~waker() {
    if (call_) call_->wake();
  }

 private:
  std::shared_ptr<remote_call> call_;
};

asio::awaitable<void> carry_out(std::shared_ptr<remote_call> remote,
                                asio::awaitable<result<reply>> call, waker) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  if (!remote->begin()) co_return;
  auto outcome = co_await std::move(call);
  remote->settle(std::move(outcome));
}

asio::awaitable<bool> wait_for(std::shared_ptr<remote_call> remote,
                               asio::awaitable<result<reply>> call) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto initiation = [&remote, &call, &executor](auto handler) {
    if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
      slot.assign([weak = std::weak_ptr{remote}, executor](asio::cancellation_type type) {
        if (const auto alive = weak.lock()) alive->cancel(executor, type);
      });
    }
    remote->wait_with(parked_handler<bool>{executor, std::move(handler)});
    auto running = carry_out(remote, std::move(call), waker{remote});
    asio::co_spawn(remote->strand(), std::move(running),
                   asio::bind_cancellation_slot(remote->slot(), asio::detached));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(bool)>(
      initiation, asio::use_awaitable);
}

// The call, which has not begun, tells when its deadline stands still.
asio::awaitable<std::optional<bool>> within_shown_deadline(call_context& context,
                                                           asio::awaitable<bool> waiting) {
  const auto& state = *context.state;
  if (context.deadline == no_deadline) {
    return with_deadline(state.time(), no_deadline, std::move(waiting));
  }
  context.shown = std::make_shared<shown_deadline>(context, state.settings().challenge_timeout());
  return before_alarm(shown_deadline_alarm(state.time(), context.shown, grace), std::move(waiting));
}

error unheard(const call_context& context, const request& call, bool cancelled) {
  const bool gone = context.state->home().gone();
  const auto* const why =
      gone        ? "the execution context of the client is gone"
      : cancelled ? "the caller cancelled the call, and nobody runs the execution context of the "
                    "client"
                  : "the deadline of the call passed, and nobody runs the execution context of the "
                    "client";
  const auto code = gone || cancelled ? errc::cancelled : errc::deadline_exceeded;
  const auto effect = context.progress ? context.progress->now() : request_effect::not_sent;
  error failure{code, effect, why};
  failure.set_method(call.method());
  if (context.progress) failure.set_attempts(context.progress->attempts());
  failure.set_write(nature_of(context, call) != call_nature::read);
  return failure;
}

}  // namespace

asio::awaitable<result<reply>> await_remotely(std::shared_ptr<call_context> context,
                                              request call_request,
                                              asio::awaitable<result<reply>> call) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  if (context->state->home().gone()) co_return unheard(*context, call_request, false);
  const auto remote = std::make_shared<remote_call>(context->state);
  auto waiting = wait_for(remote, std::move(call));
  auto timed = within_shown_deadline(*context, std::move(waiting));
  bool cancelled = false;
  try {
    static_cast<void>(co_await std::move(timed));
  } catch (const boost::system::system_error& aborted) {
    cancelled = aborted.code() == asio::error::operation_aborted;
  }
  remote->end_wait();
  if (auto outcome = remote->outcome()) co_return *std::move(outcome);
  const auto state = co_await asio::this_coro::cancellation_state;
  cancelled = cancelled || state.cancelled() != asio::cancellation_type::none;
  co_return unheard(*context, call_request, cancelled);
}

}  // namespace vkxx::detail
