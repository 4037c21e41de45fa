/// @file
/// The interface of all stores.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/error.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/state/inbox_row.hpp>
#include <vkxx/state/state_unit.hpp>

namespace vkxx {

class shared_inbox;

namespace detail {
class dispatch_core;
class store_claim;
}  // namespace detail

/// Where the inbox, values and timers are. It knows nothing of VK.
///
/// Operations take effect in the order in which they were started, also those of several threads.
///
/// All asynchronous functions: Completion: the result. Errors: `errc::state_failed` if the store
/// could not be read or written (a full disk, a damaged file): the text says why; a commit has then
/// changed nothing, unless `error::effect` is `request_effect::unknown` (the connection to a store
/// elsewhere was lost). `errc::state_conflict`: see `state_unit`. `errc::cancelled`. Cancellation:
/// terminal, partial and total; a commit may then have happened or not. Lifetime: the operation
/// owns everything it needs; if the store is destroyed meanwhile, it is completed first. Executor:
/// the awaiting coroutine's.
///
/// Thread safety: safe to share.
class state_store {
 public:
  state_store() = default;
  state_store(const state_store&) = delete;
  state_store& operator=(const state_store&) = delete;
  virtual ~state_store() = default;

  /// Makes all changes of the unit, or none; see `state_store`. Once it completes without an error,
  /// they survive what the store promises (a crash of the process, a power cut).
  [[nodiscard]] virtual asio::awaitable<result<commit_receipt>> commit(state_unit unit) = 0;
  /// The first operation of a process that handles rows; see `state_store`. Rows that are `running`
  /// were interrupted: they become `waiting`, and it is counted.
  [[nodiscard]] virtual asio::awaitable<result<inbox_summary>> recover() = 0;
  /// Rows of the inbox; see `state_store`.
  [[nodiscard]] virtual asio::awaitable<result<inbox_page>> take(inbox_query query) = 0;
  /// The values stored in a row; see `state_store`.
  [[nodiscard]] virtual asio::awaitable<result<std::map<std::string, std::string>>> row_values(
      std::uint64_t seq) = 0;
  /// For each key whether it was seen; see `state_store`.
  [[nodiscard]] virtual asio::awaitable<result<std::vector<bool>>> seen(
      std::vector<std::string> keys) = 0;
  /// The position of a source, empty: none; see `state_store`.
  [[nodiscard]] virtual asio::awaitable<result<std::string>> cursor(std::string source) = 0;
  /// The value of a key; nothing: there is none; see `state_store`.
  [[nodiscard]] virtual asio::awaitable<result<std::optional<state_value>>> read(
      std::string key) = 0;
  /// At most `limit` timers that are due; see `state_store`.
  [[nodiscard]] virtual asio::awaitable<result<due_timers>> timers(wall_time now,
                                                                   std::size_t limit) = 0;
  /// Counts rows and dead letters, without changing anything; see `state_store`.
  [[nodiscard]] virtual asio::awaitable<result<inbox_summary>> summary() = 0;
  /// How the inbox is divided among processes; null, the default: this process has all of it. It
  /// lives as long as the store.
  [[nodiscard]] virtual shared_inbox* sharing() noexcept { return nullptr; }

 private:
  friend class detail::dispatch_core;
  friend class detail::store_claim;
  // Whether `commit_at_once` may be called: of a store that never waits, to await it costs more
  // than the commit.
  [[nodiscard]] virtual bool commits_at_once() const noexcept { return false; }
  // As `commit`.
  [[nodiscard]] virtual result<commit_receipt> commit_at_once(state_unit) {
    return error{errc::state_failed, request_effect::not_sent, "the store has to be awaited"};
  }

  std::atomic<std::uint64_t> claims_ = 0;  // of dispatchers that began to use this object
};

}  // namespace vkxx
