// The thread of a shared store.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "core/async/parked_handler.hpp"
#include "core/async/process_mark.hpp"
#include "redis/state/state_engine.hpp"

namespace vkxx::redis::detail {

// Thread safety: safe to share.
class state_host {
 public:
  // Blocks until the store can be used, or cannot.
  [[nodiscard]] static result<std::shared_ptr<state_host>> open(
      endpoint server, const options& options, const shared_state_options& sharing);
  // For `open`.
  state_host(endpoint server, const options& options, const shared_state_options& sharing,
             state_engine::handler<void> opened);
  // Leaves, and ends the thread.
  ~state_host();
  state_host(const state_host&) = delete;
  state_host& operator=(const state_host&) = delete;

  // Calls `start(engine, done)` in the thread; the outcome is what it gives to `done`. `cancelled`
  // is called there if the operation is cancelled.
  template <class T, class Start>
  [[nodiscard]] static asio::awaitable<result<T>> run(
      std::shared_ptr<state_host> self, Start start,
      std::function<void(state_engine&)> cancelled = {}) {
    co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
    const auto executor = co_await asio::this_coro::executor;
    auto initiation = [&executor, &start, &self, &cancelled](auto handler) {
      auto slot = asio::get_associated_cancellation_slot(handler);
      vkxx::detail::parked_handler<result<T>> parked{executor, std::move(handler)};
      if (!self->process_.is_here()) return parked.complete(before_fork());
      if (slot.is_connected()) {
        slot.assign([parked, self, cancelled](asio::cancellation_type) mutable {
          if (cancelled) self->post(cancelled);
          parked.complete(stopped());
        });
      }
      self->post([start = std::move(start), parked](state_engine& engine) mutable {
        start(engine, [parked](result<T> outcome) mutable { parked.complete(std::move(outcome)); });
      });
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(result<T>)>(
        initiation, asio::use_awaitable);
  }

  [[nodiscard]] std::uint64_t lease_of(std::uint32_t part) const noexcept {
    return process_.is_here() ? engine_.lease_of(part) : 0;
  }
  // Calls it in the thread.
  template <class Function>
  void post(Function function) {
    if (!process_.is_here()) return;
    asio::post(io_, [this, function = std::move(function)]() mutable { function(engine_); });
  }

 private:
  [[nodiscard]] static error before_fork();
  [[nodiscard]] static error stopped();
  void abandon() noexcept;

  const vkxx::detail::process_mark process_;
  std::unique_ptr<asio::io_context> context_;
  asio::io_context& io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::unique_ptr<state_engine> engine_owner_;
  state_engine& engine_;
  std::thread thread_;
};

}  // namespace vkxx::redis::detail
