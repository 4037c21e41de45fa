// Where a hook runs, to recognize the calls that it makes itself.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>
#include <thread>

#include <vkxx/core/clock.hpp>

namespace vkxx::detail {

struct hook_place {
  // The strand that the hook's coroutine runs in: one of its own.
  asio::any_io_executor executor;
  // The thread that blocks in the call, and runs the hook; none: a coroutine.
  std::thread::id thread;

  // Whether a call at `inner` was made by the hook that runs here. A hook that spawns a coroutine
  // elsewhere and waits for it is not seen through.
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
