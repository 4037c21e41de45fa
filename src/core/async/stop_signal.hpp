// A stop from any thread, for operations that wait.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "core/async/parked_handler.hpp"

namespace vkxx::detail {

// Thread safety: safe to share.
class stop_signal : public std::enable_shared_from_this<stop_signal> {
 public:
  void stop() noexcept;
  [[nodiscard]] bool stopped() const noexcept;
  // Ends all waits without stopping anything.
  void wake() noexcept;
  // How often it was woken.
  [[nodiscard]] std::uint64_t wakes() const noexcept;

  // Someone to be told of `stop`, until the value is destroyed.
  class watch {
   public:
    watch(std::shared_ptr<stop_signal> home, std::uint64_t ticket) noexcept
        : home_{std::move(home)}, ticket_{ticket} {}
    watch(watch&& other) noexcept = default;
    watch& operator=(watch&&) = delete;
    ~watch() {
      if (home_) home_->forget(ticket_);
    }

   private:
    std::shared_ptr<stop_signal> home_;
    std::uint64_t ticket_;
  };
  using stop_handler = asio::any_completion_handler<void(boost::system::error_code)>;
  // `handler` is posted to `executor` by `stop`, or at once if that was before.
  [[nodiscard]] static watch on_stop(std::shared_ptr<stop_signal> self,
                                     const asio::any_io_executor& executor, stop_handler handler);

  // Waits for `stop` or `wake`, if there was none since `seen` wakes. Cancellation: all types, with
  // `operation_aborted`.
  [[nodiscard]] static asio::awaitable<boost::system::error_code> wait(
      std::shared_ptr<stop_signal> self, std::uint64_t seen = 0);

 private:
  using handler_type = stop_handler;
  void start(const asio::any_io_executor& executor, std::uint64_t seen, handler_type handler);
  void cancel(std::uint64_t ticket) noexcept;
  void forget(std::uint64_t ticket) noexcept;

  mutable std::mutex mutex_;
  bool stopped_ = false;
  std::uint64_t wakes_ = 0;
  std::uint64_t last_ticket_ = 0;
  using parked = std::map<std::uint64_t, parked_handler<boost::system::error_code>>;
  parked waiting_;
  parked watching_;
};

}  // namespace vkxx::detail
