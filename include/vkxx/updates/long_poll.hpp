/// @file
/// Updates of a community or of a mailbox by long poll.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/client/client.hpp>
#include <vkxx/core/ids.hpp>
#include <vkxx/updates/update_source.hpp>

namespace vkxx {

namespace detail {
class long_poll_core;
}  // namespace detail

/// The options of `bots_long_poll` and `user_long_poll`.
class long_poll_options {
 public:
  /// The longest time VK waits for an update; 25 s by default, 1 s to 90 s. A poll that takes 10 s
  /// longer is cut and retried.
  long_poll_options& wait(std::chrono::seconds time);
  /// The position to continue from. Empty, the default: from now on.
  long_poll_options& cursor(update_cursor position);
  /// The largest answer in bytes; 16 MiB by default, at least 1 KiB. After two larger ones in a row
  /// `next` fails with `errc::answer_too_large`; the position is kept.
  long_poll_options& max_answer_size(std::size_t bytes);
  /// The pause after the first failure; 1 s by default, at least 1 ms. It doubles with each further
  /// failure in a row, up to thirty times of it, and is shortened at random by up to a quarter.
  long_poll_options& pause(duration first);
  /// The community whose mailbox a user token reads; of `user_long_poll`. Not set: the mailbox of
  /// the token's owner.
  long_poll_options& group(std::optional<group_id> community);
  /// The preferred version of User Long Poll: 3, the default, or 19. If VK does not support it, the
  /// other one is used.
  long_poll_options& version(int number);
  /// The `mode` of User Long Poll, a sum: 2 attachments, 8 extended events, 32 `pts` (always
  /// added, because gaps are filled by it), 64 platform, 128 `random_id`. 234 by default.
  long_poll_options& mode(int bits);

  [[nodiscard]] std::chrono::seconds wait() const noexcept { return wait_; }
  [[nodiscard]] const update_cursor& cursor() const noexcept { return cursor_; }
  [[nodiscard]] std::size_t max_answer_size() const noexcept { return max_answer_size_; }
  [[nodiscard]] duration pause() const noexcept { return pause_; }
  [[nodiscard]] std::optional<group_id> group() const noexcept { return group_; }
  [[nodiscard]] int version() const noexcept { return version_; }
  [[nodiscard]] int mode() const noexcept { return mode_; }

 private:
  std::chrono::seconds wait_{25};
  update_cursor cursor_;
  std::size_t max_answer_size_ = std::size_t{16} << 20;
  duration pause_ = std::chrono::seconds{1};
  std::optional<group_id> group_;
  int version_ = 3;
  int mode_ = 2 + 8 + 32 + 64 + 128;
};

/// The updates of a community by Bots Long Poll, which has to be on in its settings.
///
/// ```cpp
/// vkxx::bots_long_poll events{vk, vkxx::group_id{123}};
/// while (auto batch = co_await events.next()) {
///   for (const auto& update : *batch) std::cout << update.type() << '\n';
///   events.commit(batch->cursor());
/// }
/// ```
///
/// Keys and servers are requested as needed. Transient failures are retried, never without a pause
/// for ever. A gap is reported as a loss in the next batch.
///
/// https://dev.vk.com/api/bots-long-poll/getting-started
class bots_long_poll final : public update_source {
 public:
  /// `vk`: with a token of the community, or of a user who administers it. Throws `usage_exception`
  /// if an option is out of its range, or the cursor is not one of this source.
  bots_long_poll(client vk, group_id community, const long_poll_options& options);
  bots_long_poll(client vk, group_id community);
  /// As `stop`.
  ~bots_long_poll() override;

  [[nodiscard]] asio::awaitable<result<update_batch>> next() override;
  void commit(const update_cursor& cursor) override;
  void stop() noexcept override;
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] update_cursor cursor() const override;
  [[nodiscard]] update_source_metrics metrics() const override;

 private:
  std::shared_ptr<detail::long_poll_core> core_;
};

/// The updates of a mailbox by User Long Poll, versions 3 and 19.
///
/// A gap is filled from `messages.getLongPollHistory`: its updates have shortened arrays, and
/// messages are in `update::details`. A gap that the history does not reach is reported as a loss.
/// Updates that do not last (typing, online) are never in it, and are missing without a report;
/// updates at the edge of a gap may come twice.
///
/// The updates are arrays; `user_update` reads them.
///
/// https://dev.vk.com/api/user-long-poll/getting-started
class user_long_poll final : public update_source {
 public:
  /// `vk`: with a token of the user or of a community. Throws as `bots_long_poll` does.
  user_long_poll(client vk, const long_poll_options& options);
  explicit user_long_poll(client vk);
  /// As `stop`.
  ~user_long_poll() override;

  [[nodiscard]] asio::awaitable<result<update_batch>> next() override;
  void commit(const update_cursor& cursor) override;
  void stop() noexcept override;
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] update_cursor cursor() const override;
  [[nodiscard]] update_source_metrics metrics() const override;

 private:
  std::shared_ptr<detail::long_poll_core> core_;
};

}  // namespace vkxx
