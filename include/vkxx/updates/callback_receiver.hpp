/// @file
/// The Callback API: VK's requests in, answers out, for any web server.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/ids.hpp>
#include <vkxx/core/secret.hpp>
#include <vkxx/http/message.hpp>
#include <vkxx/updates/update_source.hpp>

namespace vkxx {

namespace detail {
class callback_core;
struct callback_access;
}  // namespace detail

/// A community whose requests are accepted.
class callback_community {
 public:
  /// Accepts requests of the community `id`, with any secret.
  explicit callback_community(group_id id) : id_{id} {}

  /// The secret of the server in the settings of the community. Requests without it are refused.
  /// Empty, the default: not checked, so that anybody who knows the address can send updates.
  callback_community& secret_key(secret value);
  /// The text that confirms the server; VK shows it in the settings of the community, and gives
  /// another one to programs. Empty, the default: see `callback_options::confirmation`.
  callback_community& confirmation_code(std::string code);

  [[nodiscard]] group_id id() const noexcept { return id_; }  ///< the community
  [[nodiscard]] const secret& secret_key() const noexcept { return secret_key_; }
  [[nodiscard]] const std::string& confirmation_code() const noexcept { return code_; }

 private:
  group_id id_;
  secret secret_key_;
  std::string code_;
};

/// Gets the confirmation code of a community, in time for VK's request (a few seconds).
using confirmation_hook = std::function<asio::awaitable<result<std::string>>(group_id community)>;

/// The options of a `callback_receiver`.
class callback_options {
 public:
  /// Adds a community, in place of an earlier one with the same id.
  callback_options& add_community(callback_community community);
  /// How long the commit of an update may take; 1 s by default, 1 ms to 1 minute. After that the
  /// answer is 503, and VK repeats the update.
  callback_options& commit_timeout(duration limit);
  /// The largest body of a request in bytes; 1 MiB by default.
  callback_options& max_body_size(std::size_t bytes);
  /// How many requests may wait for their commit; 1,000 by default. Others are answered with 503.
  callback_options& max_waiting(std::size_t count);
  /// When VK should repeat an update that was answered with 503; 10 s by default, at most 3 hours.
  callback_options& retry_after(std::chrono::seconds delay);
  /// Asks for the code of a community that has none. Empty, the default: 500 is the answer, as it
  /// is if the hook fails or takes longer than 10 s, after which it is cancelled.
  callback_options& confirmation(confirmation_hook hook);
  /// Another clock, for tests. Null, the default: the system's.
  callback_options& time_source(std::shared_ptr<clock> time);

  /// Those that were added.
  [[nodiscard]] const std::vector<callback_community>& communities() const noexcept {
    return communities_;
  }
  [[nodiscard]] duration commit_timeout() const noexcept { return commit_timeout_; }
  [[nodiscard]] std::size_t max_body_size() const noexcept { return max_body_size_; }
  [[nodiscard]] std::size_t max_waiting() const noexcept { return max_waiting_; }
  [[nodiscard]] std::chrono::seconds retry_after() const noexcept { return retry_after_; }
  [[nodiscard]] const confirmation_hook& confirmation() const noexcept { return confirmation_; }
  [[nodiscard]] const std::shared_ptr<clock>& time_source() const noexcept { return time_; }

 private:
  std::vector<callback_community> communities_;
  duration commit_timeout_ = std::chrono::seconds{1};
  std::size_t max_body_size_ = std::size_t{1} << 20;
  std::size_t max_waiting_ = 1000;
  std::chrono::seconds retry_after_{10};
  confirmation_hook confirmation_;
  std::shared_ptr<clock> time_;
};

/// A request of VK, as a web server received it.
struct callback_request {
  callback_request() = default;
  /// Sets all members.
  callback_request(std::string http_method, std::string content, std::string retries)
      : method{std::move(http_method)},
        body{std::move(content)},
        retry_counter{std::move(retries)} {}

  std::string method = "POST";  ///< in upper case
  std::string body;             ///< the whole body
  std::string retry_counter;    ///< the header `X-Retry-Counter`; empty: there is none
};

/// The answer for VK.
struct callback_answer {
  callback_answer() = default;
  /// Sets all members.
  callback_answer(int http_status, std::string text, std::optional<std::chrono::seconds> delay)
      : status{http_status}, body{std::move(text)}, retry_after{delay} {}

  int status = 200;                                 ///< HTTP status
  std::string body;                                 ///< to be sent as it is, without a line break
  std::optional<std::chrono::seconds> retry_after;  ///< when VK should repeat the update

  /// `Content-Type`, and `Retry-After` and `Allow` where they belong.
  [[nodiscard]] std::vector<http::header> headers() const;
};

/// Receives updates by the Callback API: a function from requests to answers, and a source of the
/// updates in them.
///
/// VK gets the answer `ok` for an update after its commit. If the commit fails or takes too long,
/// VK gets 503 and repeats the update; repetitions have the same `event_id`. After five failures
/// within two hours VK drops the update.
///
/// Wrong secrets (compared in constant time) and communities that were not added get 403, other
/// methods than POST 405, bodies that are too large 413, bodies that are not VK's 400. Every type
/// of update is accepted.
///
/// The cursor only identifies the batch; it is of no use to a later process. A batch that is not
/// committed before the next call of `next` counts as refused.
///
/// `callback_server` is a web server for it. https://dev.vk.com/api/callback/getting-started
class callback_receiver final : public update_source {
 public:
  /// Throws `usage_exception` if an option is out of its range.
  explicit callback_receiver(const callback_options& options);
  /// As `stop`.
  ~callback_receiver() override;

  /// Answers a request. Safe from any thread, any number at a time.
  ///
  /// Completion: the answer; for an update after its commit. Errors: none. Cancellation: terminal,
  /// partial and total: the update is dropped unless it is part of a batch, and VK repeats it.
  /// Lifetime: the operation owns everything it needs. Executor: the awaiting coroutine's.
  [[nodiscard]] asio::awaitable<callback_answer> handle(callback_request request) const;

  /// Sets the confirmation code of a community from now on. No effect if it was not added.
  void confirmation_code(group_id community, std::string code);
  /// Answers `remove` for the next updates of the community, after their commit: VK then deletes
  /// the server from the settings of the community.
  void remove(group_id community);

  [[nodiscard]] asio::awaitable<result<update_batch>> next() override;
  void commit(const update_cursor& cursor) override;
  void refuse(const update_cursor& cursor) override;
  /// Also answers all requests with 503, those that wait and those to come. Those of the last batch
  /// still wait for its commit.
  void stop() noexcept override;
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] update_cursor cursor() const override;
  /// False: VK repeats what was not answered.
  [[nodiscard]] bool needs_position() const noexcept override { return false; }
  [[nodiscard]] update_source_metrics metrics() const override;

 private:
  friend struct detail::callback_access;
  std::shared_ptr<detail::callback_core> core_;
};

}  // namespace vkxx
