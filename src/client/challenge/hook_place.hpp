// Where a hook runs. Identifies the calls that the hook itself makes.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>
#include <thread>

#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

struct hook_place {
  // The strand of the hook's coroutine. No other coroutine runs in it.
  asio::any_io_executor executor;
  // The thread that blocks in the call and runs the hook; empty for a coroutine.
  std::thread::id thread;

  // Whether the hook that runs here made a call at `inner`. Does not detect a hook that spawns a
  // coroutine elsewhere and waits for it.
  [[nodiscard]] bool encloses(const hook_place& inner) const {
    if (thread != std::thread::id{} && thread == inner.thread) return true;
    using strand = asio::strand<asio::any_io_executor>;
    for (auto each = inner.executor; each;) {
      if (each == executor) return true;
      const auto* const nested = each.target<strand>();
      each = nested != nullptr ? nested->get_inner_executor() : asio::any_io_executor{};
    }
    return false;
  }
};

}  // namespace vkxx::detail
