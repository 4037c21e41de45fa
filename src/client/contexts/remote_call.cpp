#include "client/contexts/remote_call.hpp"

#include <atomic>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "client/contexts/home_context.hpp"
#include "client/pipeline/challenge_time.hpp"
#include "core/async/in_strand.hpp"
#include "core/async/parked_handler.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {
namespace {

// How long the client's context has to end the call itself, which yields a more precise outcome:
// after the deadline, and after a cancellation.
constexpr auto grace = std::chrono::milliseconds{100};
constexpr auto cancellation_timeout = std::chrono::seconds{1};

// State shared by both sides.
class remote_call : public std::enable_shared_from_this<remote_call> {
 public:
  explicit remote_call(std::shared_ptr<call_state> state) : state_{std::move(state)} {}

  // The caller's side.

  // Wakes the caller at once if the call has not started, else within `cancellation_timeout`.
  void cancel(const asio::any_io_executor& caller, asio::cancellation_type type) {
    auto expected = stage::posted;
    if (stage_.compare_exchange_strong(expected, stage::given_up) || !state_->home().stay()) {
      wake();
      return;
    }
    post_to_client([stop = stop_, type] {
      if (!stop->over) stop->signal.emit(type);
    });
    if (timer_) return;
    timer_ = std::make_shared<asio::steady_timer>(caller, cancellation_timeout);
    timer_->async_wait([timer = timer_, weak = weak_from_this()](boost::system::error_code ec) {
      const auto alive = weak.lock();
      if (!ec && alive) alive->wake();
    });
  }
  // A pending timer would keep the caller's context running.
  void end_wait() {
    if (const auto timer = std::exchange(timer_, nullptr)) timer->cancel();
  }
  [[nodiscard]] std::optional<result<reply>> outcome() const {
    const std::lock_guard lock{mutex_};
    return outcome_;
  }
  [[nodiscard]] bool has_begun() const noexcept { return stage_ == stage::begun; }
  void wait_with(parked_handler<bool> handler) { waiting_.emplace(std::move(handler)); }

  // The client's side.

  // Returns false if the caller no longer waits.
  [[nodiscard]] bool begin() noexcept {
    auto expected = stage::posted;
    return stage_.compare_exchange_strong(expected, stage::begun);
  }
  // Called when the call has ended or the context is destroyed. Releases everything of the context.
  void leave_client() {
    const std::lock_guard lock{mutex_};
    strand_.reset();
    stop_->signal.slot().clear();
  }
  void settle(result<reply> outcome) {
    {
      const std::lock_guard lock{mutex_};
      outcome_.emplace(std::move(outcome));
    }
    stop_->over = true;
    wake();
  }
  // Only the first call has an effect.
  void wake() { waiting_->complete(true); }

  // Starts the call in the client's context; wakes the caller if the context is gone.
  void start(asio::awaitable<result<reply>> call);

 private:
  enum class stage : std::uint8_t { posted, begun, given_up };

  template <class Work>
  void post_to_client(Work work) {
    const auto staying = state_->home().stay();
    if (!staying) return;
    const std::lock_guard lock{mutex_};
    if (strand_) asio::post(*strand_, std::move(work));
  }

  std::shared_ptr<call_state> state_;
  // Empty before the call starts and after it has ended.
  std::optional<asio::strand<asio::any_io_executor>> strand_;
  std::shared_ptr<strand_cancellation> stop_ = std::make_shared<strand_cancellation>();
  std::atomic<stage> stage_ = stage::posted;
  // Set before the call is started.
  std::optional<parked_handler<bool>> waiting_;
  // Only the caller's side uses it.
  std::shared_ptr<asio::steady_timer> timer_;
  mutable std::mutex mutex_;
  std::optional<result<reply>> outcome_;
};

// The completion of the call in the client's context. The call owns it until it ends, at the latest
// with the context, even if the call never started. It owns the signal, because pending operations
// hold strands of the context.
class client_side {
 public:
  explicit client_side(std::shared_ptr<remote_call> call) noexcept : call_{std::move(call)} {}
  client_side(client_side&&) noexcept = default;
  client_side& operator=(client_side&&) = delete;
  ~client_side() {
    if (!call_) return;
    call_->leave_client();
    call_->wake();
  }
  void operator()(std::exception_ptr) noexcept {}

 private:
  std::shared_ptr<remote_call> call_;
};

asio::awaitable<void> carry_out(std::shared_ptr<remote_call> remote,
                                asio::awaitable<result<reply>> call) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  if (!remote->begin()) co_return;
  auto outcome = co_await std::move(call);
  remote->settle(std::move(outcome));
}

void remote_call::start(asio::awaitable<result<reply>> call) {
  const auto staying = state_->home().stay();
  if (!staying) return wake();
  // Copies: another thread may end the call, and with it the caller, before co_spawn returns.
  const auto self = shared_from_this();
  const auto strand = asio::make_strand(state_->home().executor());
  const auto slot = stop_->signal.slot();
  {
    const std::lock_guard lock{mutex_};
    strand_ = strand;
  }
  auto running = carry_out(self, std::move(call));
  asio::co_spawn(strand, std::move(running), asio::bind_cancellation_slot(slot, client_side{self}));
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
    remote->start(std::move(call));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(bool)>(
      initiation, asio::use_awaitable);
}

// Waits for a call that has not started, and that reports when its deadline is suspended.
asio::awaitable<std::optional<bool>> within_shown_deadline(call_context& context,
                                                           asio::awaitable<bool> waiting) {
  const auto& state = *context.state;
  if (context.deadline == no_deadline) {
    return with_deadline(state.time(), no_deadline, std::move(waiting));
  }
  auto shown = std::make_shared<shown_deadline>(context, state.settings().challenge_timeout());
  context.extras->shown = shown;
  return before_alarm(shown_deadline_alarm(state.time(), std::move(shown), grace),
                      std::move(waiting));
}

error unheard(const call_context& context, const request& call, bool cancelled) {
  const bool gone = !context.state->home().stay();
  const auto* const why =
      gone ? "the execution context of the client is gone"
      : cancelled
          ? "the caller cancelled the call, and the execution context of the client did not "
            "respond: nobody runs it, or a function blocks it"
          : "the deadline of the call passed, and the execution context of the client did "
            "not respond: nobody runs it, or a function blocks it";
  const auto code = gone || cancelled ? errc::cancelled : errc::deadline_exceeded;
  const auto& progress = *context.extras->progress;
  error failure{code, progress.now(), why};
  failure.set_method(call.method());
  failure.set_attempts(progress.attempts());
  failure.set_write(idempotency_of(context, call) != call_idempotency::read_only);
  return failure;
}

void count(const call_context& context, const request& call, const result<reply>& outcome) {
  const auto spent = context.state->time()->now() - context.begun;
  context.state->counters().finished(call.method(), outcome, spent, call_phase::elsewhere);
}

}  // namespace

asio::awaitable<result<reply>> await_remotely(std::shared_ptr<call_context> context,
                                              request call_request,
                                              asio::awaitable<result<reply>> call) {
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  if (!context->state->home().stay()) {
    result<reply> failure = unheard(*context, call_request, false);
    count(*context, call_request, failure);
    co_return failure;
  }
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
  result<reply> failure = unheard(*context, call_request, cancelled);
  // A started call is counted when it ends.
  if (!remote->has_begun()) count(*context, call_request, failure);
  co_return failure;
}

}  // namespace vkxx::detail
