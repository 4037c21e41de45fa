/// @file
/// What a store does that several processes share: it tells each which rows are its own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx {

/// What has changed for this process.
enum class inbox_change_kind {
  part_won,        ///< its rows are for this process
  rows_arrived,    ///< there are new rows in a part of this process
  part_leaving,    ///< another process waits for it: start nothing more, then `hand_over_part`
  part_lost,       ///< it may be another's already: cancel what runs; nothing can be committed
  source_won,      ///< this process is to read the source, from the position in the store
  source_leaving,  ///< another process is to have it: stop it, then `hand_over_source`
  source_lost,     ///< it may be read by another already: stop it; nothing can be committed
  rows_counted,    ///< how many rows there are in all parts
  failed,          ///< the store cannot be used at the moment; reported once until it can
};

/// One change.
struct inbox_change {
  inbox_change_kind kind = inbox_change_kind::part_won;  ///< of what
  std::uint32_t part = 0;                                ///< of changes of a part
  std::string source;                                    ///< of changes of a source
  std::vector<std::string> shares;  ///< with rows, of `part_won`; with new ones, of `rows_arrived`
  std::size_t rows = 0;             ///< of `rows_counted`; without dead letters
  std::string failure;              ///< of `failed`, in one sentence
};

/// The side of a `state_store` that divides its inbox among processes. A part of the inbox, with
/// all lanes in it, belongs to one process at a time, and so does a source. A commit about a row of
/// a part that this process does not hold, or of the position of a source that it does not hold,
/// fails with `errc::state_failed`.
///
/// Thread safety: safe to share.
class shared_inbox {
 public:
  shared_inbox() = default;
  shared_inbox(const shared_inbox&) = delete;
  shared_inbox& operator=(const shared_inbox&) = delete;
  virtual ~shared_inbox() = default;

  /// Takes part in the work: from now on parts are won and lost. `sources`: the names of those that
  /// this process can read.
  virtual void join(std::vector<std::string> sources) = 0;
  /// Replaces the names given to `join`, after it. A source that is new is won when nobody else has
  /// it. One that is missing leaves unless it was handed over before (`source_leaving`).
  virtual void change_sources(std::vector<std::string> sources) = 0;
  /// Waits for changes, in order. At most one waits at a time. A process that does not come for
  /// them in time loses what it holds: its loop hangs.
  ///
  /// Completion: at least one change. Errors: `errc::cancelled`, also after `leave` and `resign`.
  /// Cancellation: terminal, partial and total; as by `resign`. Lifetime: the operation owns
  /// everything it needs. Executor: the awaiting coroutine's.
  [[nodiscard]] virtual asio::awaitable<result<std::vector<inbox_change>>> next_changes() = 0;
  /// Gives a part to others, after `part_leaving`. Nothing of it may run any more.
  virtual void hand_over_part(std::uint32_t part) noexcept = 0;
  /// Gives a source to others, after `source_leaving` or because it cannot be used now.
  virtual void hand_over_source(const std::string& source) noexcept = 0;
  /// Gives everything to others, who need not wait for a lease to end. Nothing may run any more.
  ///
  /// Completion: it is done, or the store cannot be reached and the others will wait: then with
  /// `errc::state_failed`. Otherwise see `state_store`.
  [[nodiscard]] virtual asio::awaitable<result<void>> leave() = 0;
  /// Starts `leave`, and does not wait for it.
  virtual void resign() noexcept = 0;
  /// The number of the lease under which this process has the part at this moment, by its own
  /// clock; 0: it does not have it. A part that was lost and won again has another number.
  [[nodiscard]] virtual std::uint64_t lease_of(std::uint32_t part) const noexcept = 0;
};

}  // namespace vkxx
