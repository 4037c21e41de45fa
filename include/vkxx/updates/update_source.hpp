/// @file
/// The interface of everything that updates come from.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/updates/update.hpp>

namespace vkxx {

/// A position in the updates of a source, as text to be stored. Only its source can read it.
class update_cursor {
 public:
  /// No position: the source begins with what happens from now on.
  update_cursor() = default;
  /// A stored position.
  explicit update_cursor(std::string text) : text_{std::move(text)} {}

  /// One line, printable, at most 400 bytes; it contains no secret.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] friend bool operator==(const update_cursor&, const update_cursor&) = default;

 private:
  std::string text_;
};

/// Why updates are missing.
enum class loss_reason {
  history_outdated,  ///< the position is too old or unknown to VK (`failed` 1)
  information_lost,  ///< VK lost its state (`failed` 3)
  key_refused,       ///< VK refused every key for the position
  malformed_answer,  ///< VK's answers for the position, or frames of a stream, could not be read
  history_refused,   ///< `messages.getLongPollHistory` could not fill the gap
  overflow,          ///< more updates than the program took (Streaming API)
  disconnected,      ///< updates may have passed while no stream was open (Streaming API)
};

/// The name of the reason, such as `history_outdated`.
[[nodiscard]] std::string_view to_string(loss_reason reason) noexcept;

/// A gap: updates between two positions that the source cannot deliver. It may be empty: VK does
/// not say what was lost.
struct update_loss {
  loss_reason reason = loss_reason::history_outdated;  ///< why
  std::string from;                    ///< VK's position before the gap (`ts`); empty: unknown
  std::string to;                      ///< VK's position after it; empty: unknown
  std::optional<std::uint64_t> count;  ///< how many updates were lost; nothing: unknown
};

/// Updates that were received together, and the position after them. Copies are cheap.
class update_batch {
 public:
  update_batch() = default;
  /// Takes the parts over.
  update_batch(std::vector<update> updates, std::vector<update_loss> losses, update_cursor cursor)
      : updates_{std::move(updates)}, losses_{std::move(losses)}, cursor_{std::move(cursor)} {}

  /// @name The updates, in VK's order
  /// There may be none: then only the position has moved, or there is a loss.
  /// @{
  /// All of them.
  [[nodiscard]] const std::vector<update>& updates() const noexcept { return updates_; }
  [[nodiscard]] auto begin() const noexcept { return updates_.begin(); }
  [[nodiscard]] auto end() const noexcept { return updates_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return updates_.size(); }
  [[nodiscard]] bool empty() const noexcept { return updates_.empty(); }
  /// @}
  /// What is missing before these updates. Usually empty.
  [[nodiscard]] const std::vector<update_loss>& losses() const noexcept { return losses_; }
  /// The position after the batch: to be stored together with its updates, then committed.
  [[nodiscard]] const update_cursor& cursor() const noexcept { return cursor_; }

 private:
  std::vector<update> updates_;
  std::vector<update_loss> losses_;
  update_cursor cursor_;
};

/// Counters of a source since its construction.
struct update_source_metrics {
  std::uint64_t updates = 0;          ///< delivered, each delivery of a batch counted once
  std::uint64_t losses = 0;           ///< reported losses
  std::uint64_t answers = 0;          ///< usable answers, requests or frames of VK
  std::uint64_t failures = 0;         ///< unusable ones, time-outs and broken connections
  std::uint64_t renewals = 0;         ///< how often keys and servers were requested
  std::uint64_t dropped = 0;          ///< updates that could not be held
  std::uint64_t failures_in_row = 0;  ///< since the last usable answer
  /// The time since the last usable answer, or since the first `next` if there was none; nothing:
  /// `next` was not called yet. A long poll is answered every `wait` seconds even if nothing
  /// happens, so a larger value shows a stall.
  std::optional<duration> silence;
};

/// A source of updates.
///
/// ```cpp
/// while (auto batch = co_await source.next()) {
///   for (const auto& update : *batch) store(update);
///   store(batch->cursor());
///   source.commit(batch->cursor());
/// }
/// ```
///
/// *Commit* is the promise that the updates of a batch are safe, or handled: VK is not asked for
/// them again. Until then the source delivers nothing else, and repeats the batch. A program that
/// stores updates and cursor in one transaction, and hands the stored cursor to the source when it
/// starts again, receives each update at least once.
///
/// Thread safety: `commit`, `refuse`, `stop` and the other functions are safe from any thread;
/// `next` runs once at a time.
class update_source {
 public:
  update_source() = default;
  update_source(const update_source&) = delete;
  update_source& operator=(const update_source&) = delete;
  virtual ~update_source() = default;

  /// Waits for the next batch. If the last one was not committed, it is returned once more, after a
  /// pause that grows from 1 s to 30 s.
  ///
  /// Completion: a batch, possibly without updates. Errors: `errc::cancelled` after `stop` or if
  /// the operation was cancelled; `errc::invalid_argument` if another `next` runs; a refusal of VK
  /// that does not pass (a dead token, missing rights). Transient failures are not errors: the
  /// source waits and retries. Cancellation: terminal, partial and total, at any time; nothing is
  /// lost, and `next` may be called again. Lifetime: the operation owns everything it needs; if the
  /// source is destroyed meanwhile, it ends as by `stop`. Executor: the awaiting coroutine's.
  [[nodiscard]] virtual asio::awaitable<result<update_batch>> next() = 0;
  /// Marks the batch with this cursor as safe. Another cursor has no effect.
  virtual void commit(const update_cursor& cursor) = 0;
  /// Reports that the batch with this cursor could not be stored. It comes again; a callback source
  /// asks VK to repeat it later.
  virtual void refuse(const update_cursor& cursor);
  /// Ends the running `next` and all later ones with `errc::cancelled`.
  virtual void stop() noexcept = 0;

  /// Identifies the source among those of a program, and its cursor in a store:
  /// `bots_long_poll:123`.
  [[nodiscard]] virtual std::string name() const = 0;
  /// The last committed position, or the one that the source was created with.
  [[nodiscard]] virtual update_cursor cursor() const = 0;
  /// Whether updates are missed if it does not begin at its last position; true by default. Not if
  /// VK itself repeats what was not answered: a callback.
  [[nodiscard]] virtual bool needs_position() const noexcept { return true; }
  /// The counters.
  [[nodiscard]] virtual update_source_metrics metrics() const = 0;
};

}  // namespace vkxx
