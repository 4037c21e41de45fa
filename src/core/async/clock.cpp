#include <vkxx/core/clock.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tuple>
#include <utility>

namespace vkxx {
namespace {

class steady_clock_source final : public clock {
 public:
  [[nodiscard]] time_point now() const noexcept override {
    return std::chrono::steady_clock::now();
  }

  void async_wait_until(
      asio::any_io_executor executor, time_point when,
      asio::any_completion_handler<void(boost::system::error_code)> handler) override {
    auto timer = std::make_shared<asio::steady_timer>(std::move(executor), when);
    auto& waiting = *timer;
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto handler_executor = asio::get_associated_executor(handler, waiting.get_executor());
    // Not the timer's own cancellation: that stays in the slot when the timer is gone, and the
    // signal may be emitted then.
    if (slot.is_connected())
      slot.assign([known = std::weak_ptr{timer}](asio::cancellation_type) {
        if (const auto found = known.lock()) found->cancel();
      });
    waiting.async_wait(asio::bind_executor(handler_executor,
                                           [timer = std::move(timer), handler = std::move(handler)](
                                               boost::system::error_code failure) mutable {
                                             timer.reset();
                                             std::move(handler)(failure);
                                           }));
  }
};

}  // namespace

std::shared_ptr<clock> system_clock() {
  // Without state, so that sharing one is the same as having one's own.
  static const auto source = std::make_shared<steady_clock_source>();
  return source;
}

asio::awaitable<boost::system::error_code> wait_until(clock& time, time_point when) {
  const auto executor = co_await asio::this_coro::executor;
  auto initiation = [&time, &executor, when](auto handler) {
    time.async_wait_until(
        executor, when,
        asio::any_completion_handler<void(boost::system::error_code)>{std::move(handler)});
  };
  const auto [failure] =
      co_await asio::async_initiate<const asio::as_tuple_t<asio::use_awaitable_t<>>&,
                                    void(boost::system::error_code)>(
          initiation, asio::as_tuple(asio::use_awaitable));
  co_return failure;
}

}  // namespace vkxx
