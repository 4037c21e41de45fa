#include "bot/run/bot_core.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <random>
#include <utility>

#include <vkxx/core/exception.hpp>
#include <vkxx/state/memory_state.hpp>
#include "bot/metrics/prometheus.hpp"
#include "bot/routing/route_walk.hpp"
#include "bot/run/bot_check.hpp"
#include "core/errors/log_text.hpp"

namespace vkxx::detail {

bot_core::bot_core(config settings, std::shared_ptr<router_state> table)
    : table_{std::move(table)}, tokens_{std::make_shared<changing_tokens>(settings.tokens())} {
  if (!settings.token_kind()) settings.token_kind(token_kind::community);
  settings.tokens(tokens_);
  settings_->client_settings = std::move(settings);
}

bot_settings& bot_core::open() {
  if (ran_) throw_error(bot_error(errc::invalid_argument, "bot: it is set up before it runs"));
  return *settings_;
}

client bot_core::make_client(const asio::any_io_executor& executor) const {
  return client{executor, settings_->client_settings};
}

asio::awaitable<result<group_id>> bot_core::find_community(std::shared_ptr<bot_core> self,
                                                           client vk) {
  if (self->settings_->community) co_return *self->settings_->community;
  auto asking = ask_community(vk);
  co_return co_await std::move(asking);
}

// Of one that is refused: a line for each failure, without VK's words.
poll_owner bot_core::owner_of_poll() const {
  poll_owner owner;
  owner.fails = [log = log()](const error& failure, duration pause) {
    log.write(log_level::error, "bot: it receives nothing, pause_ms=" + milliseconds_of(pause) +
                                    ' ' + text_for_log(failure));
  };
  return owner;
}

void bot_core::add_sources(dispatcher& updates, const client& vk, group_id community) {
  if (settings_->polls()) {
    auto name = "bots_long_poll:" + std::to_string(community.value());
    updates.add(name, [self = shared_from_this(), name, vk, community](update_cursor cursor) {
      auto create = [vk, community, options = self->settings_->poll](update_cursor position) {
        auto from = options;
        from.cursor(std::move(position));
        return std::make_shared<bots_long_poll>(vk, community, from);
      };
      auto poll = std::make_shared<lasting_poll>(name, std::move(create), std::move(cursor),
                                                 self->settings_->time(), self->owner_of_poll(),
                                                 std::random_device{}());
      const std::lock_guard lock{self->mutex_};
      self->poll_ = poll;
      return poll;
    });
  }
  for (const auto& [name, create] : settings_->sources) updates.add(name, create);
  for (const auto& source : settings_->made_sources) updates.add(source);
}

std::shared_ptr<dispatcher> bot_core::make_dispatcher(const asio::any_io_executor& executor,
                                                      const client& vk, group_id community) {
  const auto pipeline = make_pipeline(*settings_, table_, community, counters_);
  auto options = options_of_dispatcher(*settings_);
  options.client(vk).handle_only(
      [pipeline, also = settings_->dispatching.handle_only()](const update& received) {
        return is_needed(*pipeline, received) && (!also || also(received));
      });
  auto updates = std::make_shared<dispatcher>(executor, settings_->store, options);
  updates->on_update(
      [pipeline](update_context unit) { return handle_update(pipeline, std::move(unit)); });
  add_sources(*updates, vk, community);
  return updates;
}

asio::awaitable<result<drain_report>> bot_core::run(std::shared_ptr<bot_core> self) {
  if (self->ran_.exchange(true))
    co_return bot_error(errc::invalid_argument, "bot: it runs already, or has run");
  freeze(*self->table_);
  if (!self->settings_->store) self->settings_->store = std::make_shared<memory_state>();
  if (self->settings_->replay_always) {
    for (const auto& part : self->settings_->extensions) part->replay_always(true);
  }
  const auto executor = co_await asio::this_coro::executor;
  const auto vk = self->make_client(executor);
  auto finding = find_community(self, vk);
  const auto community = co_await std::move(finding);
  if (!community) co_return community.error();
  auto checking = detail::check_at_start(self->settings_, vk, *community,
                                         needed_types(*self->table_, *self->settings_));
  const auto checked = co_await std::move(checking);
  if (!checked) co_return checked.error();

  std::shared_ptr<dispatcher> updates;
  {
    const std::lock_guard lock{self->mutex_};
    if (self->stop_early_) co_return drain_report{};
    updates = self->make_dispatcher(executor, vk, *community);
    self->dispatcher_ = updates;
    self->found_community_ = *community;
    self->vk_ = vk;
  }
  self->log().write(log_level::info, "bot: runs, community=" + std::to_string(community->value()));
  const run_end end{self->settings_->extensions};
  auto running = updates->run();
  auto report = co_await std::move(running);
  const std::lock_guard lock{self->mutex_};
  self->last_numbers_ = updates->metrics();
  self->vk_.reset();
  co_return report;
}

asio::awaitable<result<bot_report>> bot_core::check(std::shared_ptr<bot_core> self) {
  const auto vk = self->make_client(co_await asio::this_coro::executor);
  auto finding = find_community(self, vk);
  const auto community = co_await std::move(finding);
  if (!community) co_return community.error();
  if (!self->settings_->polls()) {
    bot_report report;
    report.community = *community;
    co_return report;
  }
  auto checking = check_long_poll(vk, *community, needed_types(*self->table_, *self->settings_));
  co_return co_await std::move(checking);
}

asio::awaitable<result<void>> bot_core::put(std::shared_ptr<bot_core> self, std::string type,
                                            std::string object, std::string key) {
  return put_in(std::move(self), group_id{}, std::move(type), std::move(object), std::move(key));
}

asio::awaitable<result<void>> bot_core::put_in(std::shared_ptr<bot_core> self, group_id wanted,
                                               std::string type, std::string object,
                                               std::string key) {
  if (!type.starts_with("vkxx:"))
    co_return bot_error(errc::invalid_argument, "bot::put: the type begins with vkxx:");
  std::shared_ptr<dispatcher> updates;
  group_id community;
  {
    const std::lock_guard lock{self->mutex_};
    updates = self->dispatcher_.lock();
    community = self->found_community_.value_or(group_id{});
  }
  self.reset();  // it must not end with this coroutine, either
  if (!updates) co_return bot_error(errc::cancelled, "bot::put: the bot does not run");
  if (wanted.value() != 0 && wanted != community) {
    co_return bot_error(errc::invalid_argument, "bot::put: the bot is one of the community " +
                                                    std::to_string(community.value()) +
                                                    ", not of " + std::to_string(wanted.value()));
  }
  auto putting =
      updates->put(own_update(community, std::move(type), std::move(object), std::move(key)));
  updates.reset();  // it must not end with this coroutine, which may run in one of its threads
  co_return co_await std::move(putting);
}

mailing bot_core::mail(std::string key, outgoing message, mailing_options options) const {
  std::optional<client> vk;
  {
    const std::lock_guard lock{mutex_};
    vk = vk_;
  }
  if (!vk) throw_error(bot_error(errc::invalid_argument, "bot::mail: the bot does not run"));
  return mailing_of(*settings_, *std::move(vk), std::move(key), std::move(message),
                    std::move(options));
}

void bot_core::replace_token(secret token) {
  tokens_->change(std::move(token));
  const std::lock_guard lock{mutex_};
  if (const auto poll = poll_.lock()) poll->retry_now();
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
  return numbers_of({}, *counters_).numbers;
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
    community = found_community_.value_or(settings_->community.value_or(group_id{}));
  }
  std::vector<community_numbers> all;
  all.push_back(numbers_of(community, *counters_));
  return prometheus_text(all, community, dispatch_metrics());
}

}  // namespace vkxx::detail
