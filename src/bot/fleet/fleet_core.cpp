#include "bot/fleet/fleet_core.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <random>
#include <utility>

#include <vkxx/core/exception.hpp>
#include <vkxx/state/memory_state.hpp>
#include "bot/metrics/prometheus.hpp"
#include "bot/routing/route_walk.hpp"
#include "bot/run/bot_check.hpp"
#include "core/async/time_sum.hpp"
#include "core/errors/log_text.hpp"
#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

// VK sees no storm of checks when a large fleet starts.
constexpr duration between_starts = std::chrono::milliseconds{5};
constexpr int wrong_parameter = 100;

// A handler of a community runs while it exists.
class handler_mark {
 public:
  explicit handler_mark(std::shared_ptr<fleet_member> member) : member_{std::move(member)} {
    ++member_->handlers;
  }
  handler_mark(const handler_mark&) = delete;
  handler_mark& operator=(const handler_mark&) = delete;
  ~handler_mark() { --member_->handlers; }

 private:
  std::shared_ptr<fleet_member> member_;
};

[[noreturn]] void refuse(std::string reason) {
  throw_error(bot_error(errc::invalid_argument, std::move(reason)));
}

// A token of a user, who manages it, has no community.
asio::awaitable<result<void>> check_token(client vk, group_id community) {
  auto asking = ask_community(vk);
  const auto found = co_await std::move(asking);
  if (found && *found == community) co_return result<void>{};
  if (found) {
    co_return bot_error(errc::invalid_argument, "the token belongs to the community " +
                                                    std::to_string(found->value()) + ", not to " +
                                                    std::to_string(community.value()) +
                                                    ": replace it by fleet::replace_token");
  }
  const auto code = found.error().api_code();
  const bool of_user = found.error() == errc::unexpected_type ||
                       (code && static_cast<int>(*code) == wrong_parameter);
  if (of_user) co_return result<void>{};
  co_return found.error();
}

}  // namespace

fleet_core::fleet_core(config settings, std::shared_ptr<router_state> table)
    : table_{std::move(table)} {
  if (!settings.token_kind()) settings.token_kind(token_kind::community);
  settings.tokens(nullptr);
  settings_->client_settings = std::move(settings);
}

bot_settings& fleet_core::open() {
  if (ran_) refuse("fleet: it is set up before it runs");
  return *settings_;
}

void fleet_core::on_change(change_function function) {
  static_cast<void>(open());
  on_change_ = std::move(function);
}

void fleet_core::report(const fleet_community& changed) const {
  if (!on_change_) return;
  try {
    on_change_(changed);
  } catch (...) {
    // Promised: its exceptions are swallowed.
  }
}

// Another process has it and this one not, or it was removed while updates of it waited.
void fleet_core::report_absent(std::string_view share) const {
  const auto number = parse_number<std::int64_t>(share);
  if (!number || *number <= 0 || find_share(share)) return;
  fleet_community absent;
  absent.id = group_id{*number};
  absent.state = community_state::absent;
  absent.problem = "updates of the community " + std::string{share} +
                   " wait in the store, and this process does not have it: add it here, too";
  log().write(log_level::error, "fleet: " + absent.problem);
  report(absent);
}

void fleet_core::add(group_id community, secret token, std::shared_ptr<router_state> handlers) {
  auto member = std::make_shared<fleet_member>(community, std::move(token),
                                               handlers ? std::move(handlers) : table_);
  const std::lock_guard lock{mutex_};
  if (members_.contains(community)) {
    refuse("fleet::add: the community " + std::to_string(community.value()) +
           " is there already: remove it, or replace its token");
  }
  if (const auto updates = dispatcher_.lock()) start(member, *updates);
  members_.emplace(community, std::move(member));
}

bool fleet_core::remove(group_id community) {
  const std::lock_guard lock{mutex_};
  const auto found = members_.find(community);
  if (found == members_.end()) return false;
  const auto member = found->second;
  members_.erase(found);
  const auto updates = dispatcher_.lock();
  if (!updates) return true;
  leaving_.insert_or_assign(community, member);
  updates->remove(member->poll_name());
  updates->close_share(member->share(), [self = weak_from_this(), member] {
    const auto core = self.lock();
    if (!core) return;
    const std::lock_guard again{core->mutex_};
    const auto left = core->leaving_.find(member->id);
    if (left != core->leaving_.end() && left->second == member) core->leaving_.erase(left);
  });
  return true;
}

std::shared_ptr<dispatcher> fleet_core::dispatcher_of(group_id community) const {
  const std::lock_guard lock{mutex_};
  return members_.contains(community) ? dispatcher_.lock() : nullptr;
}

asio::awaitable<result<void>> fleet_core::put(std::shared_ptr<fleet_core> self, group_id community,
                                              std::string type, std::string object,
                                              std::string key) {
  if (!type.starts_with("vkxx:"))
    co_return bot_error(errc::invalid_argument, "fleet::put: the type begins with vkxx:");
  auto updates = self->dispatcher_of(community);
  self.reset();  // it must not end with this coroutine
  if (!updates) {
    co_return bot_error(errc::cancelled,
                        "fleet::put: the fleet does not run, or has no community " +
                            std::to_string(community.value()));
  }
  auto putting =
      updates->put(own_update(community, std::move(type), std::move(object), std::move(key)));
  updates.reset();  // nor must this, which may have threads of its own
  co_return co_await std::move(putting);
}

bool fleet_core::replace_token(group_id community, secret token) {
  const auto member = find(community);
  if (member) member->replace_token(std::move(token));
  return member != nullptr;
}

std::vector<fleet_community> fleet_core::communities() const {
  const std::lock_guard lock{mutex_};
  std::vector<fleet_community> all;
  all.reserve(members_.size());
  for (const auto& [id, member] : members_) all.push_back(member->shown());
  return all;
}

fleet_core::member_pointer fleet_core::find(group_id community) const {
  const std::lock_guard lock{mutex_};
  const auto found = members_.find(community);
  return found == members_.end() ? nullptr : found->second;
}

fleet_core::member_pointer fleet_core::find_share(std::string_view share) const {
  const auto number = parse_number<std::int64_t>(share);
  if (!number || *number <= 0) return nullptr;
  const group_id community{*number};
  const std::lock_guard lock{mutex_};
  if (const auto found = members_.find(community); found != members_.end()) return found->second;
  const auto left = leaving_.find(community);
  return left == leaving_.end() ? nullptr : left->second;
}

bool fleet_core::is_needed(const update& received) const {
  if (!received.group()) return true;
  const auto member = find_share(std::to_string(received.group()->value()));
  const auto pipeline = member ? member->parts().pipeline : nullptr;
  return !pipeline || detail::is_needed(*pipeline, received);
}

time_point fleet_core::next_start() {
  const std::lock_guard lock{mutex_};
  last_start_ = std::max(settings_->time()->now(), later_by(last_start_, between_starts));
  return last_start_;
}

asio::awaitable<handler_outcome> fleet_core::handle(std::shared_ptr<fleet_core> self,
                                                    update_context unit) {
  const std::string_view lane = unit.lane();
  const auto member = self->find_share(lane.substr(0, lane.find('/')));
  if (!member) {
    // Its lanes are those of a function of the program that does not keep communities apart.
    co_return handler_outcome::failed(
        bot_error(errc::invalid_argument,
                  "the lane of the update does not begin with a community: a "
                  "function of dispatcher_options::lanes must keep the share"));
  }
  const handler_mark mark{member};
  const auto parts = member->parts();
  auto handling = handle_update(parts.pipeline, std::move(unit));
  co_return co_await std::move(handling);
}

asio::awaitable<result<void>> fleet_core::prepare(std::shared_ptr<fleet_core> self,
                                                  member_pointer member) {
  if (member->shown().state == community_state::starting) {
    const auto time = self->settings_->time();
    auto waiting = wait_until(*time, self->next_start());
    if (co_await std::move(waiting))
      co_return error{errc::cancelled, request_effect::not_sent, "the fleet stops"};
  }
  self->report(member->starts());
  const auto parts = member->parts();
  auto asking = check_token(*parts.vk, member->id);
  const auto fitting = co_await std::move(asking);
  if (!fitting) co_return fitting.error();
  auto checking = check_at_start(self->settings_, *parts.vk, member->id,
                                 needed_types(*member->table, *self->settings_));
  co_return co_await std::move(checking);
}

poll_owner fleet_core::owner_of_poll(const member_pointer& member) {
  poll_owner owner;
  const auto self = shared_from_this();
  owner.prepare = [self, member] { return prepare(self, member); };
  owner.prepared = [self, member] {
    self->log().write(log_level::info, "fleet: receives updates, community=" + member->share());
    self->report(member->prepared());
  };
  owner.answered = [member] { member->answered(); };
  owner.fails = [self, member](const error& failure, duration pause) {
    self->log().write(log_level::error, "fleet: receives nothing, community=" + member->share() +
                                            " pause_ms=" + milliseconds_of(pause) + ' ' +
                                            text_for_log(failure));
    self->report(member->fails(failure.to_string()));
  };
  return owner;
}

std::shared_ptr<update_source> fleet_core::make_poll(const member_pointer& member,
                                                     update_cursor cursor) {
  auto create = [options = settings_->poll, vk = *member->parts().vk,
                 id = member->id](update_cursor position) {
    auto from = options;
    from.cursor(std::move(position));
    return std::make_shared<bots_long_poll>(vk, id, from);
  };
  auto poll = std::make_shared<lasting_poll>(member->poll_name(), std::move(create),
                                             std::move(cursor), settings_->time(),
                                             owner_of_poll(member), std::random_device{}());
  member->set_poll(poll);
  return poll;
}

void fleet_core::start(const member_pointer& member, dispatcher& updates) {
  freeze(*member->table);
  auto own_settings = settings_->client_settings;
  own_settings.tokens(member->tokens);
  member_parts parts;
  parts.vk.emplace(*executor_, own_settings);
  parts.pipeline = make_pipeline(*settings_, member->table, member->id, member->counters);
  member->set_up(std::move(parts));
  if (settings_->polls()) {
    updates.add(member->poll_name(), [self = shared_from_this(), member](update_cursor cursor) {
      return self->make_poll(member, std::move(cursor));
    });
  } else {
    report(member->prepared());
  }
  updates.open_share(member->share());
}

std::shared_ptr<dispatcher> fleet_core::make_dispatcher(const asio::any_io_executor& executor) {
  auto options = options_of_dispatcher(*settings_);
  options.only_open_shares(true);
  options.on_closed_share([weak = weak_from_this()](const std::string& share) {
    if (const auto self = weak.lock()) self->report_absent(share);
  });
  options.clients([self = shared_from_this()](const update&, std::string_view share) {
    const auto member = self->find_share(share);
    return member ? member->parts().vk : std::nullopt;
  });
  options.handle_only([self = shared_from_this(),
                       also = settings_->dispatching.handle_only()](const update& received) {
    return self->is_needed(received) && (!also || also(received));
  });
  auto updates = std::make_shared<dispatcher>(executor, settings_->store, options);
  updates->on_update(
      [self = shared_from_this()](update_context unit) { return handle(self, std::move(unit)); });
  for (const auto& [name, create] : settings_->sources) updates->add(name, create);
  return updates;
}

asio::awaitable<result<drain_report>> fleet_core::run(std::shared_ptr<fleet_core> self) {
  if (self->ran_.exchange(true))
    co_return bot_error(errc::invalid_argument, "fleet: it runs already, or has run");
  freeze(*self->table_);
  auto& settings = *self->settings_;
  if (!settings.store) settings.store = std::make_shared<memory_state>();
  const auto executor = co_await asio::this_coro::executor;
  // One transport for all.
  const client first{executor, settings.client_settings};
  settings.client_settings.transport(first.environment().transport);

  std::shared_ptr<dispatcher> updates;
  {
    const std::lock_guard lock{self->mutex_};
    if (self->stop_early_) co_return drain_report{};
    self->executor_ = executor;
    updates = self->make_dispatcher(executor);
    for (const auto& [id, member] : self->members_) self->start(member, *updates);
    self->dispatcher_ = updates;
  }
  self->log().write(log_level::info, "fleet: runs");
  const run_end end{settings.extensions};
  auto running = updates->run();
  auto report = co_await std::move(running);
  const std::lock_guard lock{self->mutex_};
  self->last_numbers_ = updates->metrics();
  co_return report;
}

void fleet_core::stop(duration grace) noexcept {
  std::shared_ptr<dispatcher> updates;
  {
    const std::lock_guard lock{mutex_};
    stop_early_ = grace;
    updates = dispatcher_.lock();
  }
  if (updates) updates->stop(grace);
}

bool fleet_core::stopped() const {
  const std::lock_guard lock{mutex_};
  return stop_early_.has_value();
}

bool fleet_core::dispatches() const {
  const std::lock_guard lock{mutex_};
  return dispatcher_.lock() != nullptr;
}

mailing fleet_core::mail(group_id community, const std::string& key, outgoing message,
                         mailing_options options) const {
  const auto member = find(community);
  auto vk = member ? member->parts().vk : std::nullopt;
  if (!vk) {
    refuse("fleet::mail: the fleet does not run, or has no community " +
           std::to_string(community.value()));
  }
  return mailing_of(*settings_, *std::move(vk), member->share() + '/' + key, std::move(message),
                    std::move(options));
}

dispatcher_metrics fleet_core::dispatch_metrics() const {
  const std::lock_guard lock{mutex_};
  if (last_numbers_) return *last_numbers_;
  const auto updates = dispatcher_.lock();
  return updates ? updates->metrics() : dispatcher_metrics{};
}

std::string fleet_core::prometheus() const {
  std::vector<community_numbers> all;
  {
    const std::lock_guard lock{mutex_};
    for (const auto& [id, member] : members_) {
      auto& some = all.emplace_back(numbers_of(id, *member->counters));
      const auto shown = member->shown();
      some.state =
          fleet_numbers{shown.state == community_state::running, shown.failures, shown.handlers};
    }
  }
  return prometheus_text(all, std::nullopt, dispatch_metrics());
}

}  // namespace vkxx::detail
