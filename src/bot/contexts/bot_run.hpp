// One run of a bot for one update.
#pragma once

#include <any>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>

#include <vkxx/bot/captures.hpp>
#include <vkxx/bot/incoming_message.hpp>
#include <vkxx/dispatch/update_context.hpp>
#include <vkxx/messages/payload.hpp>
#include <vkxx/updates/update.hpp>
#include "bot/run/bot_environment.hpp"

namespace vkxx::detail {

// A button that was pressed, by `message_event`.
struct incoming_press {
  std::string event_id;  // of the press, not of the update
  user_id user;
  peer_id peer;
  std::optional<cmid> number;
  vkxx::payload payload;
};

// Fails if it is not one of `message_event`.
[[nodiscard]] result<incoming_press> read_press(std::string_view object);

// Thread safety: what is not atomic is set before handlers run, or by the coroutine that runs them.
class bot_run {
 public:
  bot_run(std::shared_ptr<const bot_environment> shared, update content, group_id group)
      : environment{std::move(shared)}, received{std::move(content)}, community{group} {}

  const std::shared_ptr<const bot_environment> environment;
  const update received;
  const group_id community;
  std::optional<update_context> unit;  // nothing only in tests of filters
  std::optional<incoming_message> message;
  std::optional<incoming_press> press;
  time_point began{};

  vkxx::captures found;
  std::string_view route;  // the label of the one that ran last; of the router, which outlives it
  std::map<std::type_index, std::any> bag;
  std::atomic<bool> passed = false;
  std::atomic<bool> answered = false;  // the press
  bool only_buttons = false;           // a message in place of a press is routed
};

}  // namespace vkxx::detail
