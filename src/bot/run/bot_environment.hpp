// What all runs of a bot share.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <vkxx/bot/bot_options.hpp>
#include <vkxx/client/client.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/core/ids.hpp>
#include <vkxx/core/log.hpp>
#include <vkxx/state/inbox_row.hpp>
#include "bot/metrics/handler_times.hpp"

namespace vkxx::detail {

struct bot_counters {
  std::atomic<std::uint64_t> messages = 0;
  std::atomic<std::uint64_t> presses = 0;
  std::atomic<std::uint64_t> others = 0;
  std::atomic<std::uint64_t> unhandled = 0;
  std::atomic<std::uint64_t> failures = 0;
  std::atomic<std::uint64_t> refused = 0;
  std::atomic<std::uint64_t> blocking = 0;
  handler_times times;
};

class manager_list;

struct bot_environment {
  bot_options options;
  group_id community;  // of updates that do not say
  logger log;
  std::shared_ptr<clock> time;
  std::function<wall_time()> time_of_day;
  std::shared_ptr<bot_counters> counters = std::make_shared<bot_counters>();
  std::shared_ptr<manager_list> managers;
  int retries = 0;  // of a handler that failed, until its update is a dead letter
};

}  // namespace vkxx::detail
