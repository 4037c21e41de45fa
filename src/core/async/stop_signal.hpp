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
#include <vector>

#include "core/async/parked_handler.hpp"

namespace vkxx::detail {

// What `stop` is reported to.
class stop_listener {
 public:
  stop_listener() = default;
  stop_listener(const stop_listener&) = delete;
  stop_listener& operator=(const stop_listener&) = delete;
  virtual ~stop_listener() = default;
  // On the thread that stops, possibly after it was removed.
  virtual void on_stop() = 0;
};

// Thread safety: safe to share.
class stop_signal : public std::enable_shared_from_this<stop_signal> {
 public:
  void stop() noexcept;
  [[nodiscard]] bool stopped() const noexcept;
  // Ends all waits without stopping anything.
  void wake() noexcept;
  // How often it was woken.
  [[nodiscard]] std::uint64_t wakes() const noexcept;

  // `listener` is told of the next `stop`. False: it was stopped before, and nothing is told.
  [[nodiscard]] bool add(const std::shared_ptr<stop_listener>& listener);
  void remove(const stop_listener& listener) noexcept;

  // Waits for `stop` or `wake`, if there was none since `seen` wakes. Cancellation: all types, with
  // `operation_aborted`.
  [[nodiscard]] static asio::awaitable<boost::system::error_code> wait(
      std::shared_ptr<stop_signal> self, std::uint64_t seen = 0);

 private:
  using handler_type = asio::any_completion_handler<void(boost::system::error_code)>;
  void start(const asio::any_io_executor& executor, std::uint64_t seen, handler_type handler);
  void cancel(std::uint64_t ticket) noexcept;

  struct listening {
    const stop_listener* address;
    std::weak_ptr<stop_listener> listener;
  };

  mutable std::mutex mutex_;
  std::vector<listening> listeners_;
  bool stopped_ = false;
  std::uint64_t wakes_ = 0;
  std::uint64_t last_ticket_ = 0;
  std::map<std::uint64_t, parked_handler<boost::system::error_code>> waiting_;
};

}  // namespace vkxx::detail
