#include "bot/run/bot_core.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include <vkxx/core/exception.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/state/memory_state.hpp>
#include "bot/run/bot_check.hpp"
#include "bot/run/prometheus.hpp"

namespace vkxx::detail {
namespace {

constexpr std::chrono::seconds longest_put{10};

error bot_error(errc code, std::string text) {
  return error{code, request_effect::not_sent, std::move(text)};
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) {
    if (!text.empty()) text += "; ";
    text += line;
  }
  return text;
}

}  // namespace

bot_core::bot_core(config settings, std::shared_ptr<router_state> table)
    : table_{std::move(table)} {
  if (!settings.token_kind()) settings.token_kind(token_kind::community);
  settings_.client_settings = std::move(settings);
}

bot_settings& bot_core::open() {
  if (ran_) throw_error(bot_error(errc::invalid_argument, "bot: it is set up before it runs"));
  return settings_;
}

client bot_core::make_client(const asio::any_io_executor& executor) const {
  return client{executor, settings_.client_settings};
}

std::set<std::string> bot_core::needed_types() const {
  std::set<std::string> types;
  collect_types(*table_, types);
  for (const auto& part : settings_.extensions) {
    for (auto& type : part->needed_types()) types.insert(std::move(type));
  }
  return types;
}

asio::awaitable<result<group_id>> bot_core::find_community(std::shared_ptr<bot_core> self,
                                                           client vk) {
  if (self->settings_.community) co_return *self->settings_.community;
  auto asking = ask_community(vk);
  co_return co_await std::move(asking);
}

asio::awaitable<result<void>> bot_core::check_at_start(std::shared_ptr<bot_core> self, client vk,
                                                       group_id community) {
  if (!self->polls() || !self->settings_.options.check_at_start()) co_return result<void>{};
  auto checking = check_long_poll(vk, community, self->needed_types());
  const auto report = co_await std::move(checking);
  for (const auto& setting : report.switched_on)
    self->log().write(log_level::info, "bot: switched on in the community's settings: " + setting);
  for (const auto& problem : report.problems)
    self->log().write(log_level::warning, "bot: " + problem);
  bool off = false;
  for (const auto& problem : report.problems) off = off || problem.starts_with("Long Poll API:");
  if (!off) co_return result<void>{};
  co_return bot_error(errc::invalid_argument,
                      "bot: no update can come: " + joined(report.problems));
}

void bot_core::note(const dispatch_notice& notice) const {
  const bool severe = notice.kind == dispatch_notice_kind::loss ||
                      notice.kind == dispatch_notice_kind::dead_letter ||
                      notice.kind == dispatch_notice_kind::store_failure;
  // Its text may hold what a handler's exception said.
  std::string line = "bot: " + std::string{to_string(notice.kind)};
  if (!notice.source.empty()) line += " source=" + notice.source;
  if (!notice.lane.empty()) line += " lane=" + notice.lane;
  if (notice.seq != 0) line += " seq=" + std::to_string(notice.seq);
  log().write(severe ? log_level::error : log_level::warning, std::move(line));
  if (const auto& function = settings_.dispatching.on_notice()) function(notice);
}

void bot_core::add_sources(dispatcher& updates, const client& vk, group_id community) {
  if (polls()) {
    updates.add("bots_long_poll:" + std::to_string(community.value()),
                [vk, community, options = settings_.poll](update_cursor cursor) {
                  auto from = options;
                  from.cursor(std::move(cursor));
                  return std::make_shared<bots_long_poll>(vk, community, from);
                });
  }
  for (const auto& [name, create] : settings_.sources) updates.add(name, create);
  for (const auto& source : settings_.made_sources) updates.add(source);
  updates.add("own", [own = own_](const update_cursor&) { return own; });
}

std::shared_ptr<dispatcher> bot_core::make_dispatcher(const asio::any_io_executor& executor,
                                                      const client& vk, group_id community) {
  const auto time = settings_.client_settings.time_source()
                        ? settings_.client_settings.time_source()
                        : system_clock();
  auto shared = std::make_shared<bot_environment>();
  shared->options = settings_.options;
  shared->community = community;
  shared->log = log();
  shared->time = time;
  auto time_of_day = settings_.dispatching.wall_clock();
  if (!time_of_day) time_of_day = settings_.time_of_day;
  if (!time_of_day) time_of_day = [] { return std::chrono::system_clock::now(); };
  shared->time_of_day = time_of_day;
  shared->counters = counters_;
  auto pipeline = std::make_shared<bot_pipeline>();
  pipeline->table = table_;
  pipeline->extensions = settings_.extensions;
  pipeline->around = settings_.around;
  pipeline->environment = std::move(shared);

  auto options = settings_.dispatching;
  options.client(vk).time_source(time).wall_clock(std::move(time_of_day));
  options.on_notice(
      [self = shared_from_this()](const dispatch_notice& notice) { self->note(notice); });
  auto updates = std::make_shared<dispatcher>(executor, settings_.store, options);
  updates->on_update([pipeline = std::shared_ptr<const bot_pipeline>{std::move(pipeline)}](
                         update_context unit) { return handle_update(pipeline, std::move(unit)); });
  auto sender = callback_community{community};
  sender.secret_key(own_secret_);
  own_ = std::make_shared<callback_receiver>(
      callback_options{}.add_community(sender).commit_timeout(longest_put).time_source(time));
  add_sources(*updates, vk, community);
  return updates;
}

namespace {

// However the run ends.
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

}  // namespace

asio::awaitable<result<drain_report>> bot_core::run(std::shared_ptr<bot_core> self) {
  if (self->ran_.exchange(true))
    co_return bot_error(errc::invalid_argument, "bot: it runs already, or has run");
  freeze(*self->table_);
  if (!self->settings_.store) self->settings_.store = std::make_shared<memory_state>();
  const auto executor = co_await asio::this_coro::executor;
  const auto vk = self->make_client(executor);
  auto finding = find_community(self, vk);
  const auto community = co_await std::move(finding);
  if (!community) co_return community.error();
  auto checking = check_at_start(self, vk, *community);
  const auto checked = co_await std::move(checking);
  if (!checked) co_return checked.error();

  std::shared_ptr<dispatcher> updates;
  {
    const std::lock_guard lock{self->mutex_};
    if (self->stop_early_) co_return drain_report{};
    updates = self->make_dispatcher(executor, vk, *community);
    self->dispatcher_ = updates;
    self->found_community_ = *community;
  }
  self->log().write(log_level::info, "bot: runs, community=" + std::to_string(community->value()));
  const run_end end{self->settings_.extensions};
  auto running = updates->run();
  auto report = co_await std::move(running);
  const std::lock_guard lock{self->mutex_};
  self->last_numbers_ = updates->metrics();
  co_return report;
}

asio::awaitable<result<bot_report>> bot_core::check(std::shared_ptr<bot_core> self) {
  const auto vk = self->make_client(co_await asio::this_coro::executor);
  auto finding = find_community(self, vk);
  const auto community = co_await std::move(finding);
  if (!community) co_return community.error();
  if (!self->polls()) {
    bot_report report;
    report.community = *community;
    co_return report;
  }
  auto checking = check_long_poll(vk, *community, self->needed_types());
  co_return co_await std::move(checking);
}

asio::awaitable<result<void>> bot_core::put(std::shared_ptr<bot_core> self, std::string type,
                                            std::string object, std::string key) {
  if (!type.starts_with("vkxx:"))
    co_return bot_error(errc::invalid_argument, "bot::put: the type begins with vkxx:");
  std::shared_ptr<callback_receiver> own;
  group_id community;
  {
    const std::lock_guard lock{self->mutex_};
    own = self->own_;
    community = self->found_community_.value_or(group_id{});
  }
  if (!own) co_return bot_error(errc::cancelled, "bot::put: the bot does not run");
  callback_request arrived;
  arrived.body = "{\"type\":" + json_text(type) +
                 ",\"group_id\":" + std::to_string(community.value()) +
                 ",\"event_id\":" + json_text(key) +
                 ",\"secret\":" + json_text(self->own_secret_.expose()) +
                 ",\"v\":\"5.199\",\"object\":" + object + "}";
  auto handling = own->handle(std::move(arrived));
  const auto answer = co_await std::move(handling);
  if (answer.status == 200) co_return result<void>{};
  if (answer.status == 503)
    co_return error{errc::state_failed, request_effect::unknown,
                    "bot::put: the update could not be stored, or the bot stops"};
  co_return bot_error(errc::invalid_argument, "bot::put: the object is not JSON");
}

void bot_core::stop(duration grace) noexcept {
  std::shared_ptr<dispatcher> updates;
  {
    const std::lock_guard lock{mutex_};
    stop_early_ = grace;
    updates = dispatcher_.lock();
  }
  if (updates) updates->stop(grace);
}

bool bot_core::stopped() const {
  const std::lock_guard lock{mutex_};
  return stop_early_.has_value();
}

bool bot_core::dispatches() const {
  const std::lock_guard lock{mutex_};
  return dispatcher_.lock() != nullptr;
}

bot_metrics bot_core::metrics() const {
  bot_metrics numbers;
  numbers.messages = counters_->messages;
  numbers.presses = counters_->presses;
  numbers.others = counters_->others;
  numbers.unhandled = counters_->unhandled;
  numbers.failures = counters_->failures;
  numbers.blocking = counters_->blocking;
  return numbers;
}

dispatcher_metrics bot_core::dispatch_metrics() const {
  const std::lock_guard lock{mutex_};
  if (last_numbers_) return *last_numbers_;
  const auto updates = dispatcher_.lock();
  return updates ? updates->metrics() : dispatcher_metrics{};
}

std::string bot_core::prometheus() const {
  group_id community;
  {
    const std::lock_guard lock{mutex_};
    community = found_community_.value_or(settings_.community.value_or(group_id{}));
  }
  return prometheus_text(community, metrics(), dispatch_metrics());
}

}  // namespace vkxx::detail
