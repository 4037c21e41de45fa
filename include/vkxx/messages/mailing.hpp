/// @file
/// One message to many peers.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/client/call_options.hpp>
#include <vkxx/client/client.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/messages/cannot_write.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/messages/sent_message.hpp>
#include <vkxx/state/inbox_row.hpp>
#include <vkxx/state/state_store.hpp>

namespace vkxx {

namespace detail {
struct mailing_state;
}

/// How far a mailing is.
enum class mailing_status {
  ready,     ///< it can go on: not begun, or interrupted
  paused,    ///< by `mailing::pause`, until `mailing::resume`
  stopped,   ///< by `mailing::stop`, for good
  finished,  ///< everybody has an outcome
};

/// In words.
[[nodiscard]] std::string_view to_string(mailing_status value) noexcept;

/// The numbers of a mailing.
struct mailing_report {
  mailing_status status = mailing_status::ready;  ///< whether it can go on
  std::size_t peers = 0;                          ///< all of them, each counted once
  std::size_t sent = 0;                           ///< VK took the message
  std::size_t refused = 0;                        ///< VK refused it for this peer
  std::size_t unknown = 0;                        ///< VK may have taken it or not; see `mailing`
  /// Those without an outcome so far.
  [[nodiscard]] std::size_t left() const noexcept { return peers - sent - refused - unknown; }
  bool operator==(const mailing_report&) const = default;
};

/// What became of the message for one peer.
struct mailing_outcome {
  peer_id peer;  ///< to whom
  /// VK took all of it: the number of its last part; 0: VK did not say it.
  std::optional<vkxx::cmid> message;
  std::optional<api_errc> refusal;     ///< VK refused it; with neither of the two it is unknown
  std::optional<cannot_write> reason;  ///< of a refusal that forbids writing to the peer
  /// How many parts of the message VK took; below all of them if a later part was refused or is
  /// unknown. More than one only of a text that is too long for one message.
  std::size_t parts = 0;
  /// Whether VK may take the message later: it refused it for a reason of its own, such as flood
  /// control. Not if it is unknown whether the peer got it, or if it got a part of it.
  [[nodiscard]] bool may_be_tried_again() const noexcept;
  bool operator==(const mailing_outcome&) const = default;
};

/// The options of a mailing.
///
/// Thread safety: distinct objects: safe.
class mailing_options {
 public:
  /// How many peers a call has, 1 to 100; 100 by default. Another number is taken as the nearest.
  mailing_options& peers_per_call(std::size_t count) noexcept;
  /// For each call. The priority is always `bulk`, and retries are those of the client.
  mailing_options& each_call(call_options options);
  /// What happens to the peers of a call that was interrupted more than 55 minutes ago, after which
  /// VK may have forgotten it: `false`, the default, counts them as unknown, so that nobody is
  /// written to twice; `true` calls again, so that nobody is left out.
  mailing_options& repeat_forgotten(bool on) noexcept;
  /// Called after each call whose outcomes are stored, by the coroutine that runs the mailing. It
  /// must not block. An exception ends the run with `errc::handler_failed`.
  mailing_options& on_progress(std::function<void(const mailing_report&)> function);
  /// The time of day, for tests. Empty, the default: the system's.
  mailing_options& wall_clock(std::function<wall_time()> function);

  [[nodiscard]] std::size_t peers_per_call() const noexcept { return peers_per_call_; }
  [[nodiscard]] const call_options& each_call() const noexcept { return each_call_; }
  [[nodiscard]] bool repeat_forgotten() const noexcept { return repeat_forgotten_; }
  /// As set.
  [[nodiscard]] const std::function<void(const mailing_report&)>& on_progress() const noexcept {
    return on_progress_;
  }
  /// As set.
  [[nodiscard]] const std::function<wall_time()>& wall_clock() const noexcept {
    return wall_clock_;
  }

 private:
  std::size_t peers_per_call_ = 100;
  call_options each_call_;
  bool repeat_forgotten_ = false;
  std::function<void(const mailing_report&)> on_progress_;
  std::function<wall_time()> wall_clock_;
};

/// One message to many peers: up to 100 in a call, with an outcome for each, stored so that it goes
/// on after a restart. A text of more than 4,096 characters is sent in parts, as by
/// `message_sender`: to the peers of a call one part after another, each in a call of its own.
///
/// ```cpp
/// vkxx::mailing news{vk, store, "news of May", vkxx::outgoing{"Tea is here"}};
/// co_await news.begin(readers);  // stores them; nothing if it has begun already
/// const auto report = co_await news.run();
/// ```
///
/// What is promised: before each call its peers and its `random_id` are committed, after it its
/// outcomes. If the process dies between the two, the next `run` repeats that call with the same
/// `random_id`: VK recognizes it for an hour and sends nothing twice. After 55 minutes
/// `mailing_options::repeat_forgotten` decides. So every peer has exactly one outcome, and a peer
/// without `unknown` got the message exactly once, or not at all because VK refused it.
///
/// A call that fails as a whole (a lost connection after the client's retries, a flood limit, a
/// deadline, a cancellation) ends `run` with its error; the next `run` goes on there. A refusal of
/// one peer is its outcome, and is not retried.
///
/// All asynchronous functions: Completion: see each. Errors: those of `client::call`, of uploads
/// and of `state_store`; `errc::invalid_argument`, before anything is sent, if the message has
/// problems or replies to a message, or if it is another one than that with which the mailing
/// began; `errc::state_conflict` if the mailing runs somewhere else at the same time.
/// Cancellation: terminal and what the client knows, at any stage; the mailing goes on with the
/// next `run`. Lifetime: the arguments are copied before the function returns. Executor: the
/// awaiting coroutine's.
///
/// A handle: copies share everything.
///
/// Thread safety: safe to share.
class mailing {
 public:
  /// `key`: identifies the mailing in the store, where it has values with names that begin with
  /// `mailing/` and the key. `store` must not be null, else throws `usage_exception`.
  mailing(client vk, std::shared_ptr<state_store> store, std::string key, outgoing message);
  mailing(client vk, std::shared_ptr<state_store> store, std::string key, outgoing message,
          mailing_options options);

  /// Sends the message to a few peers, at most 100, to look at it. Nothing is stored, and they are
  /// not left out later. See `mailing`. Completion: an outcome for each.
  [[nodiscard]] asio::awaitable<result<std::vector<mailing_outcome>>> test(
      std::vector<peer_id> few) const;
  /// Stores the peers; those that come twice count once. If the mailing has begun already, its
  /// peers stay, and the argument is ignored. See `mailing`. Completion: whether it has begun now.
  [[nodiscard]] asio::awaitable<result<bool>> begin(std::vector<peer_id> peers) const;
  /// As `begin`, with those peers of an earlier mailing in the same store whose outcome says that
  /// it may be tried again (`mailing_outcome::may_be_tried_again`); see `mailing`. Completion:
  /// whether it has begun now; it is `errc::invalid_argument` if the earlier one is neither
  /// finished nor stopped, or has the same key.
  [[nodiscard]] asio::awaitable<result<bool>> begin_again(const mailing& earlier) const;
  /// Sends until everybody has an outcome, or the mailing is paused or stopped, which takes effect
  /// between two calls. Files of the message are uploaded once per mailing. See `mailing`.
  /// Completion: the numbers.
  [[nodiscard]] asio::awaitable<result<mailing_report>> run() const;

  /// Makes `run` end after the current call, in every process, and later ones at once; see
  /// `mailing`. Completion: nothing.
  [[nodiscard]] asio::awaitable<result<void>> pause() const;
  /// Lets a paused mailing go on with the next `run`; see `mailing`. Completion: nothing.
  [[nodiscard]] asio::awaitable<result<void>> resume() const;
  /// As `pause`, for good; see `mailing`. Completion: nothing.
  [[nodiscard]] asio::awaitable<result<void>> stop() const;

  /// The numbers so far; see `mailing`. Completion: the numbers. It is `errc::invalid_argument` if
  /// the mailing has not begun.
  [[nodiscard]] asio::awaitable<result<mailing_report>> report() const;
  /// The outcomes so far, in the order of the peers; see `mailing`. Completion: the outcomes.
  [[nodiscard]] asio::awaitable<result<std::vector<mailing_outcome>>> outcomes() const;
  /// Removes everything that is stored of the mailing; see `mailing`. Completion: nothing.
  [[nodiscard]] asio::awaitable<result<void>> forget() const;

 private:
  std::shared_ptr<const detail::mailing_state> state_;
};

}  // namespace vkxx
