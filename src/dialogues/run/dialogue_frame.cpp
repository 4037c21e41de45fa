#include "dialogues/run/dialogue_frame.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace vkxx::detail {

asio::awaitable<frame_stop> dialogue_frame::run(std::shared_ptr<dialogue_frame> self,
                                                std::shared_ptr<dialogue_turn> turn,
                                                std::optional<answer> value) {
  const auto executor = co_await asio::this_coro::executor;
  self->turn_ = std::move(turn);
  self->value_ = std::move(value);
  self->stop_.reset();
  auto* frame = self.get();
  auto initiation = [frame, &executor](auto handler) {
    frame->begin(executor, std::move(handler));
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(nothing)>(initiation,
                                                                               asio::use_awaitable);
  self->turn_.reset();
  auto stop = self->stop_ ? std::move(*self->stop_) : frame_stop{};
  co_return stop;
}

template <class Handler>
void dialogue_frame::begin(const asio::any_io_executor& executor, Handler handler) {
  auto slot = asio::get_associated_cancellation_slot(handler);
  const auto run = ++last_run_;
  parked_handler<nothing> driver{executor, std::move(handler)};
  if (slot.is_connected()) {
    slot.assign([weak = weak_from_this(), run](asio::cancellation_type) {
      if (const auto frame = weak.lock()) {
        asio::post(frame->executor_, [frame, run] { frame->cancel(run); });
      }
    });
  }
  asio::post(executor_, [self = shared_from_this(), driver, run] {
    self->driver_ = driver;
    self->run_ = run;
    self->resume();
  });
}

void dialogue_frame::cancel(std::uint64_t run) noexcept {
  if (run == run_ && driver_) cancellation_.emit(asio::cancellation_type::terminal);
}

void dialogue_frame::resume() {
  if (started_) {
    if (!function_) return;
    auto waiting = std::move(*function_);
    function_.reset();
    waiting.complete({});
    return;
  }
  started_ = true;
  auto ended = [self = shared_from_this()](const std::exception_ptr& failure) {
    frame_stop stop;
    if (failure) stop = {frame_stop_kind::failed, {}, failure};
    self->stopped(std::move(stop));
  };
  try {
    // May throw if it is no coroutine.
    auto function = kind_->function()(dialogue{shared_from_this()});
    asio::co_spawn(executor_, std::move(function),
                   asio::bind_cancellation_slot(cancellation_.slot(), ended));
  } catch (...) {
    ended(std::current_exception());
  }
}

void dialogue_frame::stopped(frame_stop stop) {
  stop_ = std::move(stop);
  if (!driver_) return;
  auto waiting = std::move(*driver_);
  driver_.reset();
  waiting.complete({});
}

void dialogue_frame::drop() noexcept {
  if (!function_) return;
  auto waiting = std::move(*function_);
  function_.reset();
  waiting.drop();
}

asio::awaitable<void> dialogue_frame::pause(std::shared_ptr<dialogue_frame> self, frame_stop stop) {
  const auto executor = co_await asio::this_coro::executor;
  auto* frame = self.get();
  auto initiation = [frame, &executor, &stop](auto handler) {
    frame->function_.emplace(executor, std::move(handler));
    frame->stopped(std::move(stop));
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(nothing)>(initiation,
                                                                               asio::use_awaitable);
}

asio::awaitable<void> dialogue_frame::give_up(std::shared_ptr<dialogue_frame> self,
                                              frame_stop stop) {
  // Nobody continues it but by mistake.
  while (true) {
    auto pausing = pause(self, stop);
    co_await std::move(pausing);
  }
}

}  // namespace vkxx::detail
