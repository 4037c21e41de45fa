/// @file
/// A bot of a community.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/bot/bot_extension.hpp>
#include <vkxx/bot/bot_options.hpp>
#include <vkxx/bot/bot_report.hpp>
#include <vkxx/bot/router.hpp>
#include <vkxx/client/config.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>
#include <vkxx/dispatch/dispatcher.hpp>
#include <vkxx/dispatch/dispatcher_options.hpp>
#include <vkxx/messages/mailing.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/state/state_store.hpp>
#include <vkxx/updates/long_poll.hpp>
#include <vkxx/updates/update_source.hpp>

namespace vkxx {

class bot_talks;

namespace detail {
class bot_core;
}  // namespace detail

/// A bot of a community: handlers, and everything between them and VK.
///
/// ```cpp
/// int main() {
///   vkxx::bot bot{vkxx::config{}.access_token(std::getenv("VK_ACCESS_TOKEN"))};
///   bot.on_text([](vkxx::message_context m) -> asio::awaitable<void> {
///     co_await m.answer(m.text());
///   });
///   return bot.run();
/// }
/// ```
///
/// Without `keep_in`, a crash costs every update that was received and not yet handled, and all
/// that comes until the program runs again.
///
/// Everything is set before it runs; later changes throw `usage_exception`. Thread safety: `stop`,
/// `replace_token`, `mail`, `metrics`, `put` and `prometheus` are safe from any thread while it
/// runs.
class bot : public router {
 public:
  /// `settings`: those of the client, with the token of a community. The kind of the token and the
  /// clock of the bot are taken from it.
  explicit bot(config settings);
  bot(const bot&) = delete;
  bot& operator=(const bot&) = delete;
  /// As `stop(0s)`; what runs is destroyed with its executor.
  ~bot();

  /// Where updates, sessions and timers are kept; in memory by default. One bot at a time.
  bot& keep_in(std::shared_ptr<state_store> store);
  /// The community; asked for by the token if it is not set.
  bot& community(group_id id);
  /// What the bot does by itself.
  bot& options(const bot_options& chosen);
  /// Options of long poll; the cursor is set by the bot.
  bot& long_poll(const long_poll_options& options);
  /// Options of the dispatcher: limits, retries, threads, lanes. Client and clock are set by the
  /// bot; `on_notice` is called in addition to the log.
  bot& dispatching(const dispatcher_options& options);
  /// The time of day, for tests; the system's by default. See `dispatcher_options::wall_clock`.
  bot& time_of_day(std::function<wall_time()> function);
  /// Adds a source of updates in place of long poll: the Callback API, a test. See
  /// `dispatcher::add`.
  bot& source(std::string name, source_factory create);
  bot& source(std::shared_ptr<update_source> added);
  /// Adds a middleware around each update, inside of those added before: it sees what no handler
  /// takes, too.
  bot& around_update(bot_middleware middleware);
  /// Adds a part that takes updates before the handlers; see `bot_extension`.
  bot& extend(std::shared_ptr<bot_extension> part);

  /// For tests: all dialogues run as with `dialogue_options::replay_always`. Off by default.
  bot& replay_always(bool on);

  /// Runs in this thread until SIGTERM or SIGINT: then handlers may run for 10 s; a second signal
  /// ends them. Returns the exit status: 0, or 1 if it could not run; the reason is written to the
  /// log, and to standard error. Runs once.
  [[nodiscard]] int run();
  /// Runs on the executor of the awaiting coroutine. Runs once.
  ///
  /// Completion: what was left, after `stop`. Errors: the community could not be asked for, long
  /// poll is off and cannot be switched on, the store cannot be read; `errc::invalid_argument` if
  /// it runs already. Later failures are logged and retried. Cancellation: terminal, partial and
  /// total: as `stop(0s)`. Lifetime: the bot must outlive it. Executor: the awaiting coroutine's;
  /// handlers run on strands of it, or in threads of `dispatching`.
  [[nodiscard]] asio::awaitable<result<drain_report>> async_run();
  /// Ends `run`; see `dispatcher::stop`.
  void stop(duration grace = std::chrono::seconds{10}) noexcept;
  /// Replaces the token, at any time, from any thread. Calls that were sent keep the old one, and
  /// are retried with the new one if VK refuses the old one; the poll goes on from its position. A
  /// poll that was refused is tried again at once.
  void replace_token(secret token);

  /// Compares the settings of the community with what the handlers need: that long poll is on, its
  /// version, and the types of updates. Switches on what is missing, never off; what the token may
  /// not change is described in words. Only for long poll.
  ///
  /// Completion: what it found. Errors: those of `groups.getById`; others are problems of the
  /// report. Cancellation: all types. Lifetime: the bot must outlive it. Executor: the awaiting
  /// coroutine's.
  [[nodiscard]] asio::awaitable<result<bot_report>> check_settings();

  /// Puts an update of the program's own into the inbox, for `bot_extension::take_own_update` or
  /// `on_update`. `type` begins with `vkxx:`; `object` is JSON with the `peer_id` of the lane.
  /// `key` identifies it: the same one is handled once. Only while the bot runs.
  ///
  /// Completion: it is in the inbox. Errors: `errc::invalid_argument` if the type begins with
  /// something else; `errc::state_failed` if it cannot be stored, `errc::cancelled` if the bot does
  /// not run; at most 10 s. Cancellation: terminal, partial and total; it may then be handled or
  /// not. Lifetime: the operation owns what it needs. Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<result<void>> put(std::string type, std::string object,
                                                  std::string key);

  /// A mailing by the bot's client, in the bot's store; see `mailing`. It goes on after a restart
  /// of the bot: create it again with the same key and message, and `run` it. Its calls are paced
  /// by the limit of the token, below the answers of handlers. Throws `usage_exception` if the bot
  /// does not run yet, or has ended.
  [[nodiscard]] mailing mail(std::string key, outgoing message) const;
  [[nodiscard]] mailing mail(std::string key, outgoing message, mailing_options options) const;

  /// Counters of the bot.
  [[nodiscard]] bot_metrics metrics() const;
  /// Counters of the dispatcher; zero before it runs.
  [[nodiscard]] dispatcher_metrics dispatch_metrics() const;
  /// All counters as text for Prometheus (text format 0.0.4), with names that begin with
  /// `vkxx_bot_` and the label `community`.
  [[nodiscard]] std::string prometheus() const;

 private:
  friend class bot_talks;

  std::shared_ptr<detail::bot_core> core_;
};

}  // namespace vkxx
