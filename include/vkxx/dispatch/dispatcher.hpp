/// @file
/// Takes updates from sources through an inbox to the program's handler.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/dispatch/dispatch_notice.hpp>
#include <vkxx/dispatch/dispatcher_options.hpp>
#include <vkxx/dispatch/update_handler.hpp>
#include <vkxx/state/state_store.hpp>
#include <vkxx/updates/update_source.hpp>

namespace vkxx {

/// Creates a source that continues from a position; an empty one: from now on.
using source_factory = std::function<std::shared_ptr<update_source>(update_cursor)>;

/// Handles updates at least once each, those of a conversation in order and one at a time.
///
/// ```cpp
/// auto store = vkxx::sqlite_state::open("bot.db").value();
/// vkxx::dispatcher updates{io.get_executor(), store, vkxx::dispatcher_options{}.client(vk)};
/// updates.add("bots_long_poll:123", [&](vkxx::update_cursor cursor) {
///   const auto options = vkxx::long_poll_options{}.cursor(cursor);
///   return std::make_shared<vkxx::bots_long_poll>(vk, vkxx::group_id{123}, options);
/// });
/// updates.on_update(handle);
/// const auto report = co_await updates.run();
/// ```
///
/// Updates and the position of their source are committed to the inbox in one transaction; only
/// then the source may ask VK for the next ones. An update leaves the inbox in the transaction that
/// commits what its handler wrote. So after a crash nothing is lost, and a handler that was
/// interrupted runs again.
///
/// Thread safety: `put`, `stop`, `metrics`, `add` by a function, `remove`, `open_share` and
/// `close_share` are safe from any thread, also while it runs; the others before `run`.
class dispatcher {
 public:
  /// `executor` runs everything unless the options have threads; it must outlive the dispatcher.
  /// `store`: for one dispatcher at a time; one that begins takes it over from another. Throws
  /// `usage_exception` if an option is out of its range, the store is null, or the executor is
  /// empty.
  dispatcher(const asio::any_io_executor& executor, std::shared_ptr<state_store> store,
             const dispatcher_options& options);
  dispatcher(const dispatcher&) = delete;
  dispatcher& operator=(const dispatcher&) = delete;
  /// As `stop(0s)`. Blocks until functions of `off_loop`, and handlers in threads of the
  /// dispatcher, give their thread back.
  ~dispatcher();

  /// Adds a source that is created when `run` has read its position, stored by `name`; with a store
  /// that processes share, each time that this process is the one to read it. The name is that of
  /// `update_source::name`, or another one if there are two of that name, as with the User Long
  /// Poll of two users. While the dispatcher runs, it begins as soon as its position was read;
  /// after a source of the same name was removed, once that one has committed its last batch.
  /// Throws `usage_exception` (`errc::invalid_argument`) if a source has the name already.
  void add(std::string name, source_factory create);
  /// Adds a source that was created with its stored position (`state_store::cursor`), or has none.
  /// Throws as above, and if it is null.
  void add(std::shared_ptr<update_source> source);
  /// Stops a source. What it delivered before is committed, and its position stays in the store, so
  /// that another one of the name goes on there; with a store that processes share, another process
  /// that has it. No effect if there is none.
  void remove(std::string name);
  /// Handles rows of this share (`update_lane::share`) from now on, also those that wait in the
  /// inbox; see `dispatcher_options::only_open_shares`.
  void open_share(std::string share);
  /// Starts no more handlers for rows of this share, which stay in the inbox. What runs comes to
  /// its end. `then`, which may be empty, is called once nothing more can start; it must not block.
  void close_share(std::string share, std::function<void()> then);
  /// Sets the handler. Without one updates stay in the inbox until `run` has ended.
  void on_update(update_handler handler);

  /// Receives and handles updates. Runs once.
  ///
  /// Completion: what is left, after `stop`, or when every source has ended and the inbox is empty,
  /// also of rows of other processes. Errors: those of the store at the start,
  /// `errc::invalid_argument` if it was called before, `errc::state_conflict` once another
  /// dispatcher has taken the store over (not of a shared store).
  /// Later failures of sources and of the store are reported (`dispatcher_options::on_notice`) and
  /// do not end it. Cancellation: terminal, partial and total: as `stop(0s)`. Lifetime: the
  /// operation owns everything it needs. Executor: a strand on the dispatcher's.
  [[nodiscard]] asio::awaitable<result<drain_report>> run();

  /// Puts an update of the program's own into the inbox, also if that is full: to be handled in its
  /// lane, like those of sources. Its type begins with `vkxx:`; types of the library, such as
  /// `vkxx:timer`, come by its own functions. `update::event_id` identifies it: the same one is
  /// handled once. Only while `run` runs, and before `stop`.
  ///
  /// Completion: it is in the inbox. Errors: `errc::invalid_argument` if its type begins with
  /// something else; `errc::cancelled` if `run` does not run, or the operation was cancelled; those
  /// of `state_store::commit`; `errc::state_failed` after 10 s: it may then be handled or not.
  /// Cancellation: terminal, partial and total; as after 10 s. Lifetime: the operation owns
  /// everything it needs. Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<result<void>> put(update own);

  /// Ends `run`: sources are stopped, handlers may run for `grace` and are then cancelled. `run`
  /// ends at the latest 5 s after that, whatever handlers do. Repeating it can shorten the time.
  void stop(duration grace = std::chrono::seconds{10}) noexcept;

  /// Counters and sizes.
  [[nodiscard]] dispatcher_metrics metrics() const;

 private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

}  // namespace vkxx
