// What bots and fleets are made of.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/bot/bot_options.hpp>
#include <vkxx/client/client.hpp>
#include <vkxx/client/config.hpp>
#include <vkxx/dispatch/dispatch_notice.hpp>
#include <vkxx/dispatch/dispatcher.hpp>
#include <vkxx/dispatch/dispatcher_options.hpp>
#include <vkxx/messages/mailing.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/state/state_store.hpp>
#include <vkxx/updates/long_poll.hpp>
#include <vkxx/updates/update.hpp>
#include "bot/run/bot_environment.hpp"
#include "bot/run/update_run.hpp"

namespace vkxx::detail {

// What a program set, before it runs.
struct bot_settings {
  config client_settings;
  std::shared_ptr<state_store> store;
  std::optional<group_id> community;
  bot_options options;
  long_poll_options poll;
  dispatcher_options dispatching;
  std::function<wall_time()> time_of_day;
  std::vector<std::pair<std::string, source_factory>> sources;
  std::vector<std::shared_ptr<update_source>> made_sources;
  std::vector<bot_middleware> around;
  std::vector<std::shared_ptr<bot_extension>> extensions;
  bool replay_always = false;

  // Whether updates come by long poll.
  [[nodiscard]] bool polls() const noexcept { return sources.empty() && made_sources.empty(); }
  [[nodiscard]] const logger& log() const noexcept { return client_settings.log(); }
  [[nodiscard]] std::shared_ptr<clock> time() const;
};

[[nodiscard]] error bot_error(errc code, std::string text);

// The types of updates that handlers and extensions need.
[[nodiscard]] std::set<std::string> needed_types(const router_state& table,
                                                 const bot_settings& settings);

// What the updates of a community go through.
[[nodiscard]] std::shared_ptr<const bot_pipeline> make_pipeline(
    const bot_settings& settings, std::shared_ptr<const router_state> table, group_id community,
    std::shared_ptr<bot_counters> counters);

// Those of the dispatcher, with clocks and reports.
[[nodiscard]] dispatcher_options options_of_dispatcher(const bot_settings& settings);

// Switches on in the community's settings what is missing, if that is wanted. An error: long poll
// is off for good.
[[nodiscard]] asio::awaitable<result<void>> check_at_start(
    std::shared_ptr<const bot_settings> settings, client vk, group_id community,
    std::set<std::string> types);

// A mailing in the store of the bot, by its clock.
[[nodiscard]] mailing mailing_of(const bot_settings& settings, client vk, std::string key,
                                 outgoing message, mailing_options options);

// An update of the program's own for a community.
[[nodiscard]] update own_update(group_id community, std::string type, std::string object,
                                std::string key);

// However a run ends.
class run_end {
 public:
  explicit run_end(const std::vector<std::shared_ptr<bot_extension>>& parts) : parts_{parts} {}
  run_end(const run_end&) = delete;
  run_end& operator=(const run_end&) = delete;
  ~run_end() {
    for (const auto& part : parts_) part->run_ended();
  }

 private:
  std::vector<std::shared_ptr<bot_extension>> parts_;
};

}  // namespace vkxx::detail
