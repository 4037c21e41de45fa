// One update on its way through a bot.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <vkxx/bot/bot_extension.hpp>
#include <vkxx/bot/bot_handler.hpp>
#include <vkxx/dispatch/update_handler.hpp>
#include "bot/routing/router_state.hpp"
#include "bot/run/bot_environment.hpp"

namespace vkxx::detail {

// What updates go through; does not change while the bot runs.
struct bot_pipeline {
  std::shared_ptr<const router_state> table;
  std::vector<std::shared_ptr<bot_extension>> extensions;
  std::vector<bot_middleware> around;
  std::shared_ptr<const bot_environment> environment;
  std::set<std::string> types;  // that handlers and extensions need
  bool any_type = false;        // whether something takes them all
};

// Whether a run could do something for this update of VK's.
[[nodiscard]] bool is_needed(const bot_pipeline& pipeline, const update& received);

// Handles an update; throws what no `on_failure` settled.
[[nodiscard]] asio::awaitable<handler_outcome> handle_update(
    std::shared_ptr<const bot_pipeline> pipeline, update_context unit);

}  // namespace vkxx::detail
