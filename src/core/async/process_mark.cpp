#include "core/async/process_mark.hpp"

#include <pthread.h>

#include <atomic>

namespace vkxx::detail {
namespace {

// The number belongs to the process, as its id does. Constant initialization: usable from the
// constructors of other static objects.
constinit std::atomic<std::uint32_t> fork_count{0};

bool watch_forks() noexcept {
  return ::pthread_atfork(nullptr, nullptr,
                          [] { fork_count.fetch_add(1, std::memory_order_relaxed); }) == 0;
}

}  // namespace

std::uint32_t forks_so_far() noexcept {
  // It fails only without memory; then the next caller tries again.
  static std::atomic<bool> watched{false};
  if (!watched.load(std::memory_order_acquire) && watch_forks())
    watched.store(true, std::memory_order_release);
  return fork_count.load(std::memory_order_relaxed);
}

}  // namespace vkxx::detail
