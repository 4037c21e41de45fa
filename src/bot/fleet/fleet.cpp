#include <utility>

#include <vkxx/bot/fleet.hpp>
#include "bot/fleet/fleet_core.hpp"
#include "bot/metrics/prometheus.hpp"
#include "bot/run/signal_loop.hpp"

namespace vkxx {

fleet::fleet(config settings)
    : core_{std::make_shared<detail::fleet_core>(std::move(settings), state())} {}

fleet::~fleet() {
  core_->stop(duration::zero());
}

fleet& fleet::keep_in(std::shared_ptr<state_store> store) {
  core_->open().store = std::move(store);
  return *this;
}
fleet& fleet::options(const bot_options& chosen) {
  core_->open().options = chosen;
  return *this;
}
fleet& fleet::long_poll(const long_poll_options& options) {
  core_->open().poll = options;
  return *this;
}
fleet& fleet::dispatching(const dispatcher_options& options) {
  core_->open().dispatching = options;
  return *this;
}
fleet& fleet::time_of_day(std::function<wall_time()> function) {
  core_->open().time_of_day = std::move(function);
  return *this;
}
fleet& fleet::source(std::string name, source_factory create) {
  core_->open().sources.emplace_back(std::move(name), std::move(create));
  return *this;
}
fleet& fleet::around_update(bot_middleware middleware) {
  core_->open().around.push_back(std::move(middleware));
  return *this;
}
fleet& fleet::extend(std::shared_ptr<bot_extension> part) {
  core_->open().extensions.push_back(std::move(part));
  return *this;
}
fleet& fleet::on_change(std::function<void(const fleet_community&)> function) {
  core_->on_change(std::move(function));
  return *this;
}

void fleet::add(group_id community, secret token) {
  core_->add(community, std::move(token), nullptr);
}
void fleet::add(group_id community, secret token, const router& handlers) {
  core_->add(community, std::move(token), handlers.state());
}
bool fleet::remove(group_id community) {
  return core_->remove(community);
}
bool fleet::replace_token(group_id community, secret token) {
  return core_->replace_token(community, std::move(token));
}
std::vector<fleet_community> fleet::communities() const {
  return core_->communities();
}
std::optional<client> fleet::vk(group_id community) const {
  const auto member = core_->find(community);
  return member ? member->parts().vk : std::nullopt;
}

int fleet::run() {
  detail::loop_program program;
  program.name = "fleet";
  program.run = [this] { return detail::fleet_core::run(core_); };
  program.stop = [this](duration grace) { core_->stop(grace); };
  program.dispatches = [this] { return core_->dispatches(); };
  program.stopped = [this] { return core_->stopped(); };
  return detail::run_with_signals(program, core_->log());
}
asio::awaitable<result<drain_report>> fleet::async_run() {
  return detail::fleet_core::run(core_);
}
void fleet::stop(duration grace) noexcept {
  core_->stop(grace);
}

asio::awaitable<result<void>> fleet::put(group_id community, std::string type, std::string object,
                                         std::string key) {
  return detail::fleet_core::put(core_, community, std::move(type), std::move(object),
                                 std::move(key));
}

mailing fleet::mail(group_id community, std::string key, outgoing message) const {
  return mail(community, std::move(key), std::move(message), mailing_options{});
}
mailing fleet::mail(group_id community, std::string key, outgoing message,
                    mailing_options options) const {
  return core_->mail(community, key, std::move(message), std::move(options));
}
std::optional<bot_metrics> fleet::metrics(group_id community) const {
  const auto member = core_->find(community);
  if (!member) return std::nullopt;
  return detail::numbers_of(community, *member->counters).numbers;
}
dispatcher_metrics fleet::dispatch_metrics() const {
  return core_->dispatch_metrics();
}
std::string fleet::prometheus() const {
  return core_->prometheus();
}

}  // namespace vkxx
