// The driver of the machines: sources, store, handlers, clock.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include <vkxx/dispatch/dispatch_notice.hpp>
#include <vkxx/dispatch/dispatcher.hpp>
#include <vkxx/dispatch/dispatcher_options.hpp>
#include <vkxx/dispatch/update_handler.hpp>
#include <vkxx/state/shared_inbox.hpp>
#include <vkxx/state/state_store.hpp>
#include "core/async/parked_handler.hpp"
#include "dispatch/context/handler_run.hpp"
#include "dispatch/machine/dispatch_machine.hpp"
#include "dispatch/machine/intake_machine.hpp"

namespace vkxx::detail {

inline constexpr const char* taken_over_text =
    "another dispatcher has taken over the store of this one, whose handlers are cancelled: run "
    "one dispatcher at a time on a store";

// How a handler ended, with the reason.
struct handler_result {
  handler_end end = handler_end::done;
  std::string error;
  bool passed = false;
};

// The outcome of the handler, whatever it throws.
[[nodiscard]] asio::awaitable<handler_result> run_handler(update_handler handler,
                                                          std::shared_ptr<handler_run> run);

// Everything but the constructor, `add`, `remove`, `open_share`, `close_share`, `on_update`,
// `put_own`, `stop` and `metrics` runs in the strand.
class dispatch_core : public std::enable_shared_from_this<dispatch_core> {
 public:
  // `handlers`: where they run.
  dispatch_core(const asio::any_io_executor& executor, asio::any_io_executor handlers,
                std::shared_ptr<state_store> store, std::shared_ptr<blocking_pool> blocking,
                const dispatcher_options& options);

  void add(std::string name, source_factory create);
  void add(std::shared_ptr<update_source> source);
  void remove(std::string name);
  void open_share(std::string share);
  void close_share(std::string share, std::function<void()> then);
  void on_update(update_handler handler) { handler_ = std::move(handler); }
  [[nodiscard]] static asio::awaitable<result<drain_report>> run(
      std::shared_ptr<dispatch_core> self);
  // An update of the program's own.
  [[nodiscard]] static asio::awaitable<result<void>> put_own(std::shared_ptr<dispatch_core> self,
                                                             update own);
  void stop(duration grace) noexcept;
  // No handler is started or cancelled afterwards: their threads go.
  void close_handlers() noexcept;
  [[nodiscard]] dispatcher_metrics metrics() const;

 private:
  using done_handler = parked_handler<result<drain_report>>;
  struct source_entry {
    std::string name;
    source_factory create;
    std::shared_ptr<update_source> source;
    update_batch batch;      // under way to the store
    std::uint64_t turn = 0;  // changes when it is won or lost
    int busy = 0;            // operations of the source and of its batch
    bool held = false;       // won, and neither lost nor handed over
    bool over = false;       // it delivers nothing more
    bool leaving = false;    // another process waits for it
    bool removed = false;    // its place is free once nothing of it is under way
    source_factory next;     // of the same name, once this one is gone
    // The batch under way whose losses were reported.
    std::optional<update_cursor> noted;
    // Of a shared inbox: read by one process at a time.
    [[nodiscard]] bool is_leased(bool shared) const noexcept { return shared && create; }
  };
  // A handler that runs, or a row whose commit is under way.
  struct active_run {
    std::shared_ptr<handler_run> run;
    std::unique_ptr<asio::cancellation_signal> stop;
    std::optional<state_unit> changes;  // of the handler, once it has ended
    bool launched = false;
    bool cancelled = false;
    bool passed = false;
    bool maybe_committed = false;  // the connection was lost before the answer to its last commit
  };

  // dispatch_core.cpp
  // Starts it. If it throws (a program's store may, and there may be no memory), `run` ends with
  // that: what waits for it would wait for ever.
  void go(asio::awaitable<void> work);
  void on_thrown(const std::exception_ptr& thrown);
  void launch(done_handler done);
  [[nodiscard]] static asio::awaitable<void> start_up(std::shared_ptr<dispatch_core> self);
  [[nodiscard]] static asio::awaitable<result<void>> open_sources(
      std::shared_ptr<dispatch_core> self);
  // Reads the position of a source, and creates it. Meanwhile the entry may have become another's.
  [[nodiscard]] static asio::awaitable<result<std::shared_ptr<update_source>>> open_source(
      std::shared_ptr<dispatch_core> self, std::size_t source);
  void begin_stop(duration grace);
  void finish(result<drain_report> outcome);
  void feed(const any_dispatch_event& event);
  void check_finished();
  void arm();
  void set_alarm(time_point when);
  void on_alarm();
  void note(dispatch_notice notice);
  void note_store_failure(const error& failure);
  void note_removed_dead(const commit_receipt& receipt);
  // Makes this the dispatcher of the store: one that was it before finds out.
  [[nodiscard]] static asio::awaitable<result<void>> take_over(std::shared_ptr<dispatch_core> self);
  // Whether that need not be read: the store is in this process, and nobody took it since.
  [[nodiscard]] bool is_surely_owner() const;
  // Ends everything if another dispatcher has taken the store over. False: it has.
  [[nodiscard]] static asio::awaitable<bool> check_owner(std::shared_ptr<dispatch_core> self);
  [[nodiscard]] time_point now() const noexcept { return time_->now(); }
  [[nodiscard]] wall_time wall() const;
  void measure();

  // dispatch_actions.cpp
  void perform(dispatch_action::load& action);
  void perform(dispatch_action::start& action);
  void perform(dispatch_action::commit& action);
  void perform(dispatch_action::cancel& action);
  void perform(dispatch_action::report_stuck& action);
  void perform(dispatch_action::discard& action);
  void perform(dispatch_action::part_drained& action);
  void perform(dispatch_action::drained& action);
  // What begins with it runs after what feeds the machines now: a source and a store that answer at
  // once would nest without an end.
  [[nodiscard]] static asio::awaitable<void> next_turn();
  [[nodiscard]] static asio::awaitable<void> load(std::shared_ptr<dispatch_core> self,
                                                  inbox_query query);
  [[nodiscard]] static asio::awaitable<void> mark(std::shared_ptr<dispatch_core> self,
                                                  std::uint64_t seq, bool then_launch);
  [[nodiscard]] static asio::awaitable<void> commit(std::shared_ptr<dispatch_core> self,
                                                    dispatch_action::commit action);
  // `mark` and `commit` of a store that does not wait, where nothing goes wrong. False: nothing was
  // done.
  [[nodiscard]] bool mark_at_once(std::uint64_t seq);
  [[nodiscard]] bool commit_at_once(const dispatch_action::commit& action);
  void launch_handler(std::uint64_t seq);
  void on_mark_conflict(std::uint64_t seq, bool launched);
  // Whether the row that could not be changed is gone because an earlier commit did happen;
  // nothing: the store does not say.
  [[nodiscard]] static asio::awaitable<std::optional<bool>> was_committed(
      std::shared_ptr<dispatch_core> self, dispatch_action::commit action);
  void on_commit_failed(const dispatch_action::commit& action, const error& failure);
  void on_row_removed(std::uint64_t seq);
  void end_later(std::uint64_t seq, handler_result ended);
  void on_ended(std::uint64_t seq, handler_result ended);
  void on_committed(const dispatch_action::commit& action);
  [[nodiscard]] state_unit unit_of(const dispatch_action::commit& action);
  [[nodiscard]] time_point due_of(const inbox_row& row) const;
  [[nodiscard]] bool repeats_late(const inbox_row& row) const;

  // dispatch_sharing.cpp
  void join();
  [[nodiscard]] std::vector<std::string> leased_sources() const;
  // Tells the store which sources there are, once for those that come and go together.
  void announce_sources();
  [[nodiscard]] static asio::awaitable<void> follow_inbox(std::shared_ptr<dispatch_core> self);
  [[nodiscard]] static asio::awaitable<void> leave_inbox(std::shared_ptr<dispatch_core> self,
                                                         drain_report report);
  void on_change(const inbox_change& change);
  [[nodiscard]] static asio::awaitable<void> win_source(std::shared_ptr<dispatch_core> self,
                                                        std::size_t source);
  void leave_source(source_entry& entry);
  void lose_source(source_entry& entry);
  void hand_over(source_entry& entry);
  void check_source_left(source_entry& entry);
  [[nodiscard]] source_entry* find_source(const std::string& name);

  // dispatch_changes.cpp
  void begin_add(std::string name, source_factory create);
  [[nodiscard]] static asio::awaitable<void> open_added(std::shared_ptr<dispatch_core> self,
                                                        std::size_t source);
  void begin_remove(const std::string& name);
  void check_removed(source_entry& entry);
  [[nodiscard]] std::size_t index_of(const source_entry& entry) const;
  [[nodiscard]] bool is_open(const std::string& share) const;
  void on_arrived(const std::string& share);
  void report_closed(const std::string& share);

  // dispatch_intake.cpp
  void feed_intake(const any_intake_event& event);
  [[nodiscard]] static asio::awaitable<void> ask(std::shared_ptr<dispatch_core> self,
                                                 std::size_t source);
  [[nodiscard]] static asio::awaitable<void> put(std::shared_ptr<dispatch_core> self,
                                                 std::size_t source);
  [[nodiscard]] bool is_wanted(const update& received) const;
  [[nodiscard]] inbox_row row_in_lane(const update& received, const std::string& source,
                                      const update_cursor& cursor, std::size_t position) const;
  [[nodiscard]] state_unit unit_of(const source_entry& entry, std::vector<std::string>& shares);
  void on_put(const commit_receipt& receipt, const std::vector<std::string>& shares,
              std::size_t skipped);
  using put_handler = parked_handler<result<void>>;
  [[nodiscard]] static asio::awaitable<void> store_own(std::shared_ptr<dispatch_core> self,
                                                       update own, put_handler done);
  [[nodiscard]] static asio::awaitable<result<void>> stored_own(std::shared_ptr<dispatch_core> self,
                                                                update own);
  // Throws if a source has the name.
  void take_name(const std::string& name);
  void note_losses(source_entry& entry);
  [[nodiscard]] static asio::awaitable<result<void>> put_timers(std::shared_ptr<dispatch_core> self,
                                                                std::vector<state_timer> timers);
  [[nodiscard]] static asio::awaitable<void> pump_timers(std::shared_ptr<dispatch_core> self);
  void expect_timer(std::optional<wall_time> due);

  const asio::any_io_executor strand_;
  const asio::any_io_executor handler_executor_;
  const std::shared_ptr<clock> time_;
  const dispatcher_options options_;
  const lane_function lanes_;
  const std::shared_ptr<state_store> store_;
  shared_inbox* const sharing_;  // null: this process has the whole inbox
  const std::shared_ptr<const run_environment> environment_;
  update_handler handler_;
  std::deque<source_entry> sources_;     // which stay where they are
  std::set<std::string> open_shares_;    // of `only_open_shares`
  std::set<std::string> closed_shares_;  // that were reported

  std::optional<done_handler> done_;
  std::optional<dispatch_machine> machine_;
  std::optional<intake_machine> intake_;
  std::unordered_map<std::uint64_t, active_run> actives_;
  std::uint64_t last_at_start_ = 0;
  std::size_t cancelled_ = 0;
  std::optional<duration> stop_before_start_;
  bool started_ = false;
  bool stopping_ = false;
  bool taken_over_ = false;  // by another dispatcher
  bool finished_ = false;
  bool joined_ = false;      // the shared inbox
  bool announcing_ = false;  // sources have come or gone since the store was told
  std::string owner_;        // our name in the store

  std::optional<time_point> alarm_at_;
  std::unique_ptr<asio::cancellation_signal> alarm_stop_;
  std::uint64_t alarm_number_ = 0;
  std::optional<time_point> timers_at_;
  bool pumping_ = false;

  std::mutex handlers_mutex_;
  bool handlers_closed_ = false;
  std::atomic<bool> ran_ = false;
  mutable std::mutex mutex_;
  dispatcher_metrics numbers_;
  std::set<std::string> names_;  // of sources
};

}  // namespace vkxx::detail
