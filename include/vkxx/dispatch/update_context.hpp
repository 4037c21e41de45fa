/// @file
/// What a handler of updates gets: the update, a client, and the state that is committed with it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <concepts>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <vkxx/core/result.hpp>
#include <vkxx/dispatch/update_client.hpp>
#include <vkxx/dispatch/update_lane.hpp>
#include <vkxx/state/inbox_row.hpp>
#include <vkxx/updates/update.hpp>

namespace vkxx {

namespace detail {

class handler_run;

// A function of the program with a place for what it gives.
template <class Function>
class blocking_task {
 public:
  using value_type = std::invoke_result_t<Function&>;
  explicit blocking_task(Function function) : function_{std::move(function)} {}
  void run() {
    if constexpr (std::is_void_v<value_type>) {
      function_();
    } else {
      value_.emplace(function_());
    }
  }
  [[nodiscard]] value_type take() {
    if constexpr (!std::is_void_v<value_type>) return *std::move(value_);
  }

 private:
  struct nothing {};
  Function function_;
  std::optional<std::conditional_t<std::is_void_v<value_type>, nothing, value_type>> value_;
};

}  // namespace detail

/// One run of a handler for one update. What is written here becomes visible with the end of the
/// handler, in the transaction in which the update leaves the inbox; if the handler fails, or the
/// process dies, nothing of it has happened.
///
/// A handle: copies share everything. It may outlive the run; changes made afterwards are lost.
///
/// Thread safety: safe to share.
class update_context {
 public:
  /// For the dispatcher.
  explicit update_context(std::shared_ptr<detail::handler_run> run);

  /// The update. A timer is an update of the type `vkxx:timer`; see `schedule`.
  [[nodiscard]] const vkxx::update& update() const noexcept;
  /// Identifies the update, the same in each run: a key that the program's own database can keep
  /// unique.
  [[nodiscard]] const std::string& event_key() const noexcept;
  /// The lane of the update.
  [[nodiscard]] const std::string& lane() const noexcept;
  /// 1, or more if earlier runs failed or were interrupted.
  [[nodiscard]] int attempt() const noexcept;
  /// Whether the first run began so long ago (55 minutes) that VK may have forgotten its messages,
  /// and sends them twice.
  [[nodiscard]] bool may_repeat() const noexcept;
  /// The time of day by the dispatcher's clock (`dispatcher_options::wall_clock`).
  [[nodiscard]] wall_time now() const;
  /// A client whose messages are sent once. Throws `usage_exception` if the dispatcher has no
  /// client (`dispatcher_options::client`).
  [[nodiscard]] update_client vk() const;

  /// @name State by key
  /// @{
  /// The value of a key, with what this handler wrote; nothing: there is none.
  ///
  /// If somebody else writes the key before this handler ends, and this handler writes it, too, the
  /// handler runs again. Completion: the value. Errors: those of `state_store::read`. Cancellation:
  /// terminal, partial and total. Lifetime: the operation owns everything it needs. Executor: the
  /// awaiting coroutine's.
  [[nodiscard]] asio::awaitable<result<std::optional<std::string>>> read(std::string key) const;
  /// Writes a value when the handler ends. Keys that begin with `vkxx:` are the library's.
  void write(std::string key, std::string bytes) const;
  /// As `write`, for a value that was read before and may have been written by this handler since:
  /// then throws `usage_exception`, so that no change is lost. `read`: the bytes that were read;
  /// nothing: there were none.
  void replace(std::string key, const std::optional<std::string>& read, std::string bytes) const;
  /// Removes a value when the handler ends.
  void erase(std::string key) const;
  /// The handler fails with this, as if it threw it, however it ends; of several calls the first
  /// counts. For what goes wrong where nothing can be thrown, as in a destructor.
  void fail(std::exception_ptr reason) const noexcept;
  /// What `fail` was called with; null: it was not.
  [[nodiscard]] std::exception_ptr failure() const noexcept;
  /// Changes a value that handlers of several lanes change: at once, not with the end of the
  /// handler, and once for this update, however often its handler runs. `make` returns the new
  /// value of the one that is stored; it may be called several times, and must not block. Captures
  /// by reference must outlive the operation.
  ///
  /// Completion: the value that was written; in a later run the one of the first. Errors: those of
  /// `state_store::commit`; `errc::state_conflict` if others change the value all the time;
  /// exceptions of `make` pass through. Cancellation: terminal, partial and total; the change may
  /// then have happened. Lifetime: the operation owns everything else that it needs. Executor: the
  /// awaiting coroutine's.
  [[nodiscard]] asio::awaitable<result<std::string>> change(
      std::string key, std::function<std::string(std::optional<std::string>)> make) const;
  /// @}

  /// @name Timers
  /// @{
  /// Sets a timer when the handler ends, in place of an earlier one with its key. When it is due,
  /// an update of the type `vkxx:timer` comes in this lane, whose object is
  /// `{"key":…,"value":…,"due":…}` (milliseconds since 1970). It survives restarts.
  void schedule(std::string key, wall_time due, std::string value) const;
  /// Removes a timer when the handler ends. No effect if there is none.
  void cancel_timer(std::string key) const;
  /// @}

  /// Runs a coroutine function whose effect must not happen twice, and keeps its text: when the
  /// handler runs again, `effect` is not called, and the text of the first time is returned. The
  /// text is committed at once. If the process dies between the effect and that commit, the effect
  /// happens again.
  ///
  /// `effect` returns `asio::awaitable<std::string>`. Captures must be trivial, such as references:
  /// g++ 12 destroys others twice.
  ///
  /// If the text cannot be stored, it is kept in memory, and stored together with the end of this
  /// run: the next run knows it.
  ///
  /// Completion: the text. Errors: those of `state_store::row_values`; `errc::state_conflict` if
  /// the update was removed from the inbox; `errc::invalid_argument` while an effect of the key
  /// runs. Exceptions of `effect` pass through, and it is called again in the next run.
  /// Cancellation: as that of `effect`. Lifetime: what the function refers to must live until it
  /// ends. Executor: the awaiting coroutine's.
  template <class Effect>
  [[nodiscard]] asio::awaitable<result<std::string>> once(std::string key, Effect effect) const {
    static_assert(std::is_trivially_copyable_v<Effect>,
                  "capture by reference: g++ 12 destroys other captures twice");
    return once_with(std::move(key), std::function<asio::awaitable<std::string>()>{effect});
  }

  /// Runs a function that blocks in a small pool of threads (`dispatcher_options::blocking`).
  ///
  /// Completion: its value. Errors: its exceptions. Cancellation: terminal, partial and total: a
  /// function that has not begun never does, and the awaiting coroutine continues with
  /// `operation_aborted`; one that runs is waited for. Lifetime: the function may refer to
  /// variables of the awaiting coroutine, which lives until the function has ended. Executor: the
  /// awaiting coroutine's.
  template <class Function>
  [[nodiscard]] asio::awaitable<std::invoke_result_t<Function&>> off_loop(Function function) const {
    static_assert(std::is_trivially_copyable_v<Function>,
                  "capture by reference: g++ 12 destroys other captures twice");
    auto task = std::make_shared<detail::blocking_task<Function>>(std::move(function));
    std::function<void()> work = [task] { task->run(); };
    auto running = run_blocking(std::move(work));
    co_await std::move(running);
    co_return task->take();
  }

 private:
  [[nodiscard]] asio::awaitable<result<std::string>> once_with(
      std::string key, std::function<asio::awaitable<std::string>()> effect) const;
  [[nodiscard]] asio::awaitable<void> run_blocking(std::function<void()> work) const;

  std::shared_ptr<detail::handler_run> run_;
};

}  // namespace vkxx
