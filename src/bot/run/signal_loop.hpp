// A loop of its own for a program that is a bot.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string_view>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/log.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/dispatch/dispatch_notice.hpp>

namespace vkxx::detail {

// What runs in it. The functions are called in the loop.
struct loop_program {
  std::string_view name;  // in sentences: `bot`
  std::function<asio::awaitable<result<drain_report>>()> run;
  std::function<void(duration grace)> stop;
  std::function<bool()> dispatches;  // whether `stop` drains already
  std::function<bool()> stopped;     // by somebody
};

// Runs until SIGTERM or SIGINT: the first one drains, the second cuts that short. Returns the exit
// status; a reason is in the log and on standard error.
[[nodiscard]] int run_with_signals(const loop_program& program, const logger& log);

}  // namespace vkxx::detail
