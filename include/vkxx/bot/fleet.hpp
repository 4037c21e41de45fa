/// @file
/// Bots of many communities in one process.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <vkxx/bot/bot_extension.hpp>
#include <vkxx/bot/bot_options.hpp>
#include <vkxx/bot/bot_report.hpp>
#include <vkxx/bot/fleet_community.hpp>
#include <vkxx/bot/router.hpp>
#include <vkxx/client/client.hpp>
#include <vkxx/client/config.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/core/secret.hpp>
#include <vkxx/dispatch/dispatcher.hpp>
#include <vkxx/dispatch/dispatcher_options.hpp>
#include <vkxx/messages/mailing.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/state/state_store.hpp>
#include <vkxx/updates/long_poll.hpp>

namespace vkxx {

class bot_talks;

namespace detail {
class fleet_core;
}  // namespace detail

/// Bots of many communities in one process: one loop, one store, one dispatcher, in which
/// communities take turns, so that a loud one does not delay the others. Each has a token of its
/// own, and a client with it.
///
/// ```cpp
/// int main() {
///   vkxx::fleet bots{vkxx::config{}};
///   bots.on_text([](vkxx::message_context m) { return "You said: " + m.text(); });
///   for (const auto& [community, token] : read_tokens()) bots.add(community, token);
///   return bots.run();
/// }
/// ```
///
/// The handlers of the fleet are those of all communities; `add` with a router gives one handlers
/// of its own. A community whose token is dead, or whose long poll is off, does not disturb the
/// others: it is reported, and tried again after a pause that grows from 1 s to 5 min, or at once
/// when its token is replaced.
///
/// Handlers and options are set before it runs; later changes throw `usage_exception`. Thread
/// safety: `add`, `remove`, `replace_token`, `stop`, `put`, `vk` and what is shown of its state are
/// safe from any thread, at any time; the others before it runs.
class fleet : public router {
 public:
  /// `settings`: those of all clients; their token is not used. All share one transport.
  explicit fleet(config settings);
  fleet(const fleet&) = delete;
  fleet& operator=(const fleet&) = delete;
  /// As `stop(0s)`; what runs is destroyed with its executor.
  ~fleet();

  /// @name As those of `bot`, for all communities
  /// @{
  /// Where updates, sessions and timers are kept; in memory by default. One fleet or bot at a time,
  /// unless processes share the store. Then each of these handles a part of the conversations of
  /// all communities: a community that is added in one is to be added in the others, too; see
  /// `community_state::absent`.
  fleet& keep_in(std::shared_ptr<state_store> store);
  /// See `bot::options`.
  fleet& options(const bot_options& chosen);
  /// See `bot::long_poll`; a position in them is ignored.
  fleet& long_poll(const long_poll_options& options);
  /// See `bot::dispatching`. Lanes must keep the community as the share.
  fleet& dispatching(const dispatcher_options& options);
  /// See `bot::time_of_day`.
  fleet& time_of_day(std::function<wall_time()> function);
  /// Adds a source of updates in place of long poll, of all communities: a `callback_receiver`.
  fleet& source(std::string name, source_factory create);
  /// See `bot::around_update`.
  fleet& around_update(bot_middleware middleware);
  /// See `bot::extend`; one part for all communities.
  fleet& extend(std::shared_ptr<bot_extension> part);
  /// @}
  /// Called when the state of a community changes, or when it fails again; also from other threads,
  /// and once for one that is `absent`, which may be added then. It must not block, nor call the
  /// fleet before it has returned (`asio::post`); exceptions are swallowed.
  fleet& on_change(std::function<void(const fleet_community&)> function);

  /// @name Communities
  /// @{
  /// Adds a community with its token. The second form gives it handlers in place of those of the
  /// fleet; the router must not change any more. What was left of it in the inbox is handled first.
  /// With a store that processes share, one of those that have it asks for its updates. Throws
  /// `usage_exception` if it is there already.
  void add(group_id community, secret token);
  void add(group_id community, secret token, const router& handlers);
  /// Removes a community. Its handlers that run come to their end, with its client; its other
  /// updates stay in the store, as does its position, for a later `add`. False: it was not there.
  bool remove(group_id community);
  /// Replaces the token of a community, as `bot::replace_token`. False: it is not there.
  bool replace_token(group_id community, secret token);
  /// The state of all communities, by number.
  [[nodiscard]] std::vector<fleet_community> communities() const;
  /// The client of a community, for mailings and the program's own calls; nothing while the fleet
  /// does not run, or if the community is not there.
  [[nodiscard]] std::optional<client> vk(group_id community) const;
  /// @}

  /// As `bot::run`. A fleet without communities runs, too.
  [[nodiscard]] int run();
  /// Runs on the executor of the awaiting coroutine. Runs once.
  ///
  /// Completion: what was left, after `stop`. Errors: the store cannot be read;
  /// `errc::state_conflict` once another fleet or bot has taken the store over;
  /// `errc::invalid_argument` if it runs already. What is wrong with a community is no error; see
  /// `communities`. Cancellation: terminal, partial and total: as `stop(0s)`. Lifetime: the fleet
  /// must outlive it. Executor: the awaiting coroutine's; handlers run on strands of it, or in
  /// threads of `dispatching`.
  [[nodiscard]] asio::awaitable<result<drain_report>> async_run();
  /// Ends `run`, for all communities; see `dispatcher::stop`.
  void stop(duration grace = std::chrono::seconds{10}) noexcept;

  /// Puts an update of the program's own into the inbox of a community; see `bot::put`.
  ///
  /// Completion: it is in the inbox. Errors: those of `bot::put`; `errc::cancelled` if the
  /// community is not there. Cancellation, lifetime, executor: see `bot::put`.
  [[nodiscard]] asio::awaitable<result<void>> put(group_id community, std::string type,
                                                  std::string object, std::string key);

  /// A mailing of a community; see `bot::mail`. Communities have keys of their own. Throws
  /// `usage_exception` if the fleet does not run, or the community is not there.
  [[nodiscard]] mailing mail(group_id community, std::string key, outgoing message) const;
  [[nodiscard]] mailing mail(group_id community, std::string key, outgoing message,
                             mailing_options options) const;

  /// Counters of a community; nothing: it is not there.
  [[nodiscard]] std::optional<bot_metrics> metrics(group_id community) const;
  /// Counters of the dispatcher, of all communities together; zero before it runs.
  [[nodiscard]] dispatcher_metrics dispatch_metrics() const;
  /// All counters as text for Prometheus (text format 0.0.4), with names that begin with
  /// `vkxx_bot_`; those of communities have the label `community`.
  [[nodiscard]] std::string prometheus() const;

 private:
  friend class bot_talks;

  std::shared_ptr<detail::fleet_core> core_;
};

}  // namespace vkxx
