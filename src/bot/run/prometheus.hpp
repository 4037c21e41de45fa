// Counters as text for Prometheus.
#pragma once

#include <string>

#include <vkxx/bot/bot_report.hpp>
#include <vkxx/core/ids.hpp>
#include <vkxx/dispatch/dispatch_notice.hpp>

namespace vkxx::detail {

[[nodiscard]] std::string prometheus_text(group_id community, const bot_metrics& bot,
                                          const dispatcher_metrics& updates);

}  // namespace vkxx::detail
