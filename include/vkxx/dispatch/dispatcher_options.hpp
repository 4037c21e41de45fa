/// @file
/// The options of a dispatcher.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/client.hpp>
#include <vkxx/core/clock.hpp>
#include <vkxx/dispatch/dispatch_notice.hpp>
#include <vkxx/dispatch/update_lane.hpp>
#include <vkxx/state/inbox_row.hpp>

namespace vkxx {

/// Chooses the client for an update of a share; nothing: there is none for it. Called from several
/// threads if the dispatcher has some. Must not block.
using client_function =
    std::function<std::optional<vkxx::client>(const update& received, std::string_view share)>;

/// Whether an update is wanted. Called in turn for the updates of each batch. Must not block.
using update_choice = std::function<bool(const update& received)>;

/// The options of a `dispatcher`.
class dispatcher_options {
 public:
  /// The client of `update_context::vk`. Nothing, the default: handlers have none.
  dispatcher_options& client(std::optional<vkxx::client> vk);
  /// Chooses the client of each run, by the update and its share (`update_lane::share`), in place
  /// of `client`; asked when the run begins. Empty, the default: `client` counts.
  dispatcher_options& clients(client_function choose);
  /// Handles only rows of shares that are open (`dispatcher::open_share`); others stay in the
  /// inbox. `run` then ends by `stop` only. Off by default.
  dispatcher_options& only_open_shares(bool on) noexcept;
  /// Called when there are rows of a share that is not open, once until it is opened: they wait.
  /// One at a time; it must not block, and exceptions are swallowed.
  dispatcher_options& on_closed_share(std::function<void(const std::string& share)> function);
  /// Chooses lanes; `default_lane` by default. Must always choose the same for an update.
  dispatcher_options& lanes(lane_function choose);

  /// Which updates of the sources are handled. Others cost no row of the inbox: they are counted
  /// (`dispatcher_metrics::skipped`), and the position of their source passes them. One for which
  /// the function throws is handled. Empty, the default: all. Not asked for `dispatcher::put`.
  dispatcher_options& handle_only(update_choice wanted);

  /// @name Handlers
  /// @{
  /// How many handlers run at the same time; 256 by default, at least 1.
  dispatcher_options& handlers(std::size_t count);
  /// How long a handler may run; 60 s by default, at least 1 ms. Then it is cancelled.
  dispatcher_options& handler_time(duration limit);
  /// The pauses before the second and further runs of a handler that failed; 1, 5 and 25 s by
  /// default. After as many retries the update is a dead letter. The lane waits meanwhile.
  dispatcher_options& retry_after(std::vector<duration> pauses);
  /// How often the process may end while the handler of an update runs, before the update is a dead
  /// letter; 10 by default, at least 1.
  dispatcher_options& max_interruptions(int count);
  /// Threads for handlers. 0, the default: they run on the dispatcher's executor. Otherwise the
  /// dispatcher owns so many; each run has a strand of its own. At most 256.
  dispatcher_options& threads(std::size_t count);
  /// Threads for `update_context::off_loop`; 4 by default, 1 to 256. They are started when needed.
  dispatcher_options& blocking(std::size_t threads);
  /// @}

  /// @name The inbox
  /// @{
  /// How many rows it may have before sources are no longer asked; 100,000 by default, at least 1.
  /// They are asked again when a fifth of them has gone.
  dispatcher_options& inbox_limit(std::size_t rows);
  /// How many rows of a lane are in memory; 64 by default, at least 1.
  dispatcher_options& lane_window(std::size_t rows);
  /// How many rows are in memory; 4,096 by default, at least 1; at most 64 MiB in any case.
  dispatcher_options& max_in_memory(std::size_t rows);
  /// How long an update is recognized when it comes again; 2 h by default, at least 1 s. From the
  /// end of its handler on.
  dispatcher_options& duplicate_time(duration limit);
  /// @}

  /// Called with each report, one at a time. It must not block; exceptions are swallowed.
  dispatcher_options& on_notice(std::function<void(const dispatch_notice&)> function);
  /// Another clock, for tests. Null, the default: the system's.
  dispatcher_options& time_source(std::shared_ptr<clock> time);
  /// The time of day, for what survives restarts; for tests. Empty, the default: the system's.
  dispatcher_options& wall_clock(std::function<wall_time()> function);

  [[nodiscard]] const std::optional<vkxx::client>& client() const noexcept { return client_; }
  [[nodiscard]] const client_function& clients() const noexcept { return clients_; }
  [[nodiscard]] bool only_open_shares() const noexcept { return only_open_shares_; }
  [[nodiscard]] const lane_function& lanes() const noexcept { return lanes_; }
  /// As set.
  [[nodiscard]] const std::function<void(const std::string&)>& on_closed_share() const noexcept {
    return on_closed_share_;
  }
  /// As set.
  [[nodiscard]] const update_choice& handle_only() const noexcept { return handle_only_; }
  [[nodiscard]] std::size_t handlers() const noexcept { return handlers_; }
  [[nodiscard]] duration handler_time() const noexcept { return handler_time_; }
  [[nodiscard]] const std::vector<duration>& retry_after() const noexcept { return retry_after_; }
  [[nodiscard]] int max_interruptions() const noexcept { return max_interruptions_; }
  [[nodiscard]] std::size_t threads() const noexcept { return threads_; }
  [[nodiscard]] std::size_t blocking() const noexcept { return blocking_; }
  [[nodiscard]] std::size_t inbox_limit() const noexcept { return inbox_limit_; }
  [[nodiscard]] std::size_t lane_window() const noexcept { return lane_window_; }
  [[nodiscard]] std::size_t max_in_memory() const noexcept { return max_in_memory_; }
  [[nodiscard]] duration duplicate_time() const noexcept { return duplicate_time_; }
  /// As set.
  [[nodiscard]] const std::function<void(const dispatch_notice&)>& on_notice() const noexcept {
    return on_notice_;
  }
  [[nodiscard]] const std::shared_ptr<clock>& time_source() const noexcept { return time_; }
  /// As set.
  [[nodiscard]] const std::function<wall_time()>& wall_clock() const noexcept {
    return wall_clock_;
  }

 private:
  std::optional<vkxx::client> client_;
  client_function clients_;
  bool only_open_shares_ = false;
  std::function<void(const std::string&)> on_closed_share_;
  lane_function lanes_;
  update_choice handle_only_;
  std::size_t handlers_ = 256;
  duration handler_time_ = std::chrono::seconds{60};
  std::vector<duration> retry_after_ = {std::chrono::seconds{1}, std::chrono::seconds{5},
                                        std::chrono::seconds{25}};
  int max_interruptions_ = 10;
  std::size_t threads_ = 0;
  std::size_t blocking_ = 4;
  std::size_t inbox_limit_ = 100'000;
  std::size_t lane_window_ = 64;
  std::size_t max_in_memory_ = 4096;
  duration duplicate_time_ = std::chrono::hours{2};
  std::function<void(const dispatch_notice&)> on_notice_;
  std::shared_ptr<clock> time_;
  std::function<wall_time()> wall_clock_;
};

}  // namespace vkxx
