#include "bot/run/bot_setup.hpp"

#include <chrono>
#include <string_view>
#include <utility>

#include "bot/filters/manager_list.hpp"
#include "bot/routing/router_state.hpp"
#include "bot/run/bot_check.hpp"

namespace vkxx::detail {
namespace {

constexpr std::string_view own_version = "5.199";

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) {
    if (!text.empty()) text += "; ";
    text += line;
  }
  return text;
}

std::function<wall_time()> time_of_day_of(const bot_settings& settings) {
  if (settings.dispatching.wall_clock()) return settings.dispatching.wall_clock();
  if (settings.time_of_day) return settings.time_of_day;
  return [] { return std::chrono::system_clock::now(); };
}

// What a line says after the kind. The text of a failed handler may hold what its exception said:
// that is in the line of the handler, as far as it belongs into a log.
std::string words_of(const dispatch_notice& notice) {
  if (notice.kind == dispatch_notice_kind::retry) return "a handler failed, and will run again";
  if (notice.kind != dispatch_notice_kind::dead_letter) return notice.text;
  return "an update was given up; it stays in the inbox: `vkxx inbox … show " +
         std::to_string(notice.seq) + "` says why, `retry` hands it over again";
}

void log_notice(const logger& log, const dispatch_notice& notice) {
  const bool severe = notice.kind == dispatch_notice_kind::loss ||
                      notice.kind == dispatch_notice_kind::dead_letter ||
                      notice.kind == dispatch_notice_kind::dead_letters_removed ||
                      notice.kind == dispatch_notice_kind::store_failure;
  std::string line = "bot: " + std::string{to_string(notice.kind)};
  if (!notice.source.empty()) line += " source=" + notice.source;
  if (!notice.lane.empty()) line += " lane=" + notice.lane;
  if (notice.seq != 0) line += " seq=" + std::to_string(notice.seq);
  if (const auto words = words_of(notice); !words.empty()) line += ": " + words;
  log.write(severe ? log_level::error : log_level::warning, std::move(line));
}

}  // namespace

error bot_error(errc code, std::string text) {
  return error{code, request_effect::not_sent, std::move(text)};
}

std::shared_ptr<clock> bot_settings::time() const {
  return client_settings.time_source() ? client_settings.time_source() : system_clock();
}

std::set<std::string> needed_types(const router_state& table, const bot_settings& settings) {
  std::set<std::string> types;
  collect_types(table, types);
  for (const auto& part : settings.extensions) {
    for (auto& type : part->needed_types()) types.insert(std::move(type));
  }
  return types;
}

std::shared_ptr<const bot_pipeline> make_pipeline(const bot_settings& settings,
                                                  std::shared_ptr<const router_state> table,
                                                  group_id community,
                                                  std::shared_ptr<bot_counters> counters) {
  auto shared = std::make_shared<bot_environment>();
  shared->options = settings.options;
  shared->community = community;
  shared->log = settings.log();
  shared->time = settings.time();
  shared->time_of_day = time_of_day_of(settings);
  shared->counters = std::move(counters);
  shared->managers = std::make_shared<manager_list>();
  shared->retries = static_cast<int>(settings.dispatching.retry_after().size());
  auto pipeline = std::make_shared<bot_pipeline>();
  pipeline->types = needed_types(*table, settings);
  pipeline->any_type = takes_any_type(*table);
  pipeline->table = std::move(table);
  pipeline->extensions = settings.extensions;
  pipeline->around = settings.around;
  pipeline->environment = std::move(shared);
  return pipeline;
}

dispatcher_options options_of_dispatcher(const bot_settings& settings) {
  auto options = settings.dispatching;
  options.time_source(settings.time()).wall_clock(time_of_day_of(settings));
  options.on_notice([log = settings.log(),
                     also = settings.dispatching.on_notice()](const dispatch_notice& notice) {
    log_notice(log, notice);
    if (also) also(notice);
  });
  return options;
}

asio::awaitable<result<void>> check_at_start(std::shared_ptr<const bot_settings> settings,
                                             client vk, group_id community,
                                             std::set<std::string> types) {
  if (!settings->polls() || !settings->options.check_at_start()) co_return result<void>{};
  auto checking = check_long_poll(vk, community, std::move(types));
  const auto report = co_await std::move(checking);
  const auto& log = settings->log();
  const auto name = "community=" + std::to_string(community.value());
  for (const auto& setting : report.switched_on) {
    log.write(log_level::info,
              "bot: switched on in the community's settings: " + setting + ' ' + name);
  }
  for (const auto& problem : report.problems)
    log.write(log_level::warning, "bot: " + name + ' ' + problem);
  bool off = false;
  for (const auto& problem : report.problems) off = off || problem.starts_with("Long Poll API:");
  if (!off) co_return result<void>{};
  co_return bot_error(errc::invalid_argument,
                      "bot: no update can come: " + joined(report.problems));
}

mailing mailing_of(const bot_settings& settings, client vk, std::string key, outgoing message,
                   mailing_options options) {
  if (!options.wall_clock()) options.wall_clock(time_of_day_of(settings));
  return mailing{std::move(vk), settings.store, std::move(key), std::move(message),
                 std::move(options)};
}

update own_update(group_id community, std::string type, std::string object, std::string key) {
  update_data data;
  data.group = community;
  data.type = std::move(type);
  data.event_id = std::move(key);
  data.version = own_version;
  data.object = std::move(object);
  data.received = std::chrono::system_clock::now();
  return update{std::move(data)};
}

}  // namespace vkxx::detail
