#include <utility>

#include <vkxx/bot/bot.hpp>
#include "bot/run/bot_core.hpp"
#include "bot/run/signal_loop.hpp"

namespace vkxx {
bot::bot(config settings)
    : core_{std::make_shared<detail::bot_core>(std::move(settings), state())} {}

bot::~bot() {
  core_->stop(duration::zero());
}

bot& bot::keep_in(std::shared_ptr<state_store> store) {
  core_->open().store = std::move(store);
  return *this;
}
bot& bot::community(group_id id) {
  core_->open().community = id;
  return *this;
}
bot& bot::options(const bot_options& chosen) {
  core_->open().options = chosen;
  return *this;
}
bot& bot::long_poll(const long_poll_options& options) {
  core_->open().poll = options;
  return *this;
}
bot& bot::dispatching(const dispatcher_options& options) {
  core_->open().dispatching = options;
  return *this;
}
bot& bot::time_of_day(std::function<wall_time()> function) {
  core_->open().time_of_day = std::move(function);
  return *this;
}
bot& bot::source(std::string name, source_factory create) {
  core_->open().sources.emplace_back(std::move(name), std::move(create));
  return *this;
}
bot& bot::source(std::shared_ptr<update_source> added) {
  core_->open().made_sources.push_back(std::move(added));
  return *this;
}
bot& bot::around_update(bot_middleware middleware) {
  core_->open().around.push_back(std::move(middleware));
  return *this;
}
bot& bot::extend(std::shared_ptr<bot_extension> part) {
  core_->open().extensions.push_back(std::move(part));
  return *this;
}

bot& bot::replay_always(bool on) {
  core_->open().replay_always = on;
  return *this;
}

int bot::run() {
  detail::loop_program program;
  program.name = "bot";
  program.run = [this] { return detail::bot_core::run(core_); };
  program.stop = [this](duration grace) { core_->stop(grace); };
  program.dispatches = [this] { return core_->dispatches(); };
  program.stopped = [this] { return core_->stopped(); };
  return detail::run_with_signals(program, core_->log());
}

asio::awaitable<result<drain_report>> bot::async_run() {
  return detail::bot_core::run(core_);
}
void bot::stop(duration grace) noexcept {
  core_->stop(grace);
}
void bot::replace_token(secret token) {
  core_->replace_token(std::move(token));
}
asio::awaitable<result<bot_report>> bot::check_settings() {
  return detail::bot_core::check(core_);
}
asio::awaitable<result<void>> bot::put(std::string type, std::string object, std::string key) {
  return detail::bot_core::put(core_, std::move(type), std::move(object), std::move(key));
}
mailing bot::mail(std::string key, outgoing message) const {
  return mail(std::move(key), std::move(message), mailing_options{});
}
mailing bot::mail(std::string key, outgoing message, mailing_options options) const {
  return core_->mail(std::move(key), std::move(message), std::move(options));
}
bot_metrics bot::metrics() const {
  return core_->metrics();
}
dispatcher_metrics bot::dispatch_metrics() const {
  return core_->dispatch_metrics();
}
std::string bot::prometheus() const {
  return core_->prometheus();
}

}  // namespace vkxx
