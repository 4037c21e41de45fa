// Counters as text for Prometheus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <vkxx/bot/bot_report.hpp>
#include <vkxx/core/ids.hpp>
#include <vkxx/dispatch/dispatch_notice.hpp>
#include "bot/run/bot_environment.hpp"

namespace vkxx::detail {

// Of a community in a fleet.
struct fleet_numbers {
  bool running = false;
  std::uint64_t failures = 0;
  std::size_t handlers = 0;
};

struct community_numbers {
  group_id id;
  bot_metrics numbers;
  handler_times::table times;
  std::optional<fleet_numbers> state;
};

[[nodiscard]] community_numbers numbers_of(group_id community, const bot_counters& counters);

// `owner`: the community that the dispatcher belongs to alone; nothing: to all of them.
[[nodiscard]] std::string prometheus_text(const std::vector<community_numbers>& communities,
                                          std::optional<group_id> owner,
                                          const dispatcher_metrics& updates);

// The value of a label, between quotation marks.
[[nodiscard]] std::string label_value(std::string_view text);

}  // namespace vkxx::detail
