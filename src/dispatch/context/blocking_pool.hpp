// Threads for functions that block.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

// Thread safety: safe to share.
class blocking_pool {
 public:
  explicit blocking_pool(std::size_t threads) : threads_{threads} {}
  ~blocking_pool();
  blocking_pool(const blocking_pool&) = delete;
  blocking_pool& operator=(const blocking_pool&) = delete;

  // Runs the function in one of the threads; throws what it throws. Cancellation: all types: one
  // that has not begun never does; one that runs is waited for, because it may refer to variables
  // of the awaiting coroutine. So does the end of a coroutine that is destroyed while it awaits.
  [[nodiscard]] static asio::awaitable<void> run(std::shared_ptr<blocking_pool> self,
                                                 std::function<void()> work);
  // Waits for functions that run; others never do.
  void close();

 private:
  [[nodiscard]] bool post(std::function<void()> work);

  const std::size_t threads_;
  std::mutex mutex_;
  bool closed_ = false;
  std::unique_ptr<asio::thread_pool> pool_;
};

}  // namespace vkxx::detail
