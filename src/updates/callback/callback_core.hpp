// The requests that wait for their commit.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <vkxx/updates/callback_receiver.hpp>
#include "core/async/stop_signal.hpp"
#include "updates/callback/callback_machine.hpp"
#include "updates/values/source_counters.hpp"

namespace vkxx::detail {

// Thread safety: safe to share.
class callback_core : public std::enable_shared_from_this<callback_core> {
 public:
  explicit callback_core(callback_options options);

  [[nodiscard]] asio::awaitable<callback_answer> handle(callback_request request);
  [[nodiscard]] asio::awaitable<result<update_batch>> next();
  void commit(const update_cursor& cursor) { settle(cursor, outcome::committed); }
  void refuse(const update_cursor& cursor) { settle(cursor, outcome::refused); }
  void stop() noexcept;
  void confirmation_code(group_id community, std::string code);
  void remove(group_id community);
  [[nodiscard]] update_cursor cursor() const;
  [[nodiscard]] update_source_metrics metrics() const;
  // Of a community; nothing: it was not added.
  [[nodiscard]] std::optional<secret> secret_of(group_id community) const;
  [[nodiscard]] std::size_t max_body_size() const noexcept { return max_body_size_; }

 private:
  using self_pointer = std::shared_ptr<callback_core>;
  enum class outcome { waiting, committed, refused };

  // A request whose update waits, in the queue or in the batch.
  struct waiter {
    explicit waiter(update content) : received{std::move(content)} {}
    update received;
    outcome end = outcome::waiting;
    std::shared_ptr<stop_signal> ended = std::make_shared<stop_signal>();
  };
  using waiter_pointer = std::shared_ptr<waiter>;

  static asio::awaitable<callback_answer> run_handle(self_pointer self, callback_request request);
  static asio::awaitable<outcome> wait_for_commit(self_pointer self, update received);
  static asio::awaitable<result<std::string>> ask_code(self_pointer self, group_id community,
                                                       std::shared_ptr<const callback_options> use);
  static asio::awaitable<result<update_batch>> run_next(self_pointer self);
  static asio::awaitable<result<update_batch>> limited_next(self_pointer self);
  [[nodiscard]] std::shared_ptr<const callback_options> options() const;
  // Null: there is no space.
  [[nodiscard]] waiter_pointer enqueue(update received);
  // The request does not wait any more.
  [[nodiscard]] outcome leave(const waiter_pointer& done);
  [[nodiscard]] std::optional<update_batch> take_batch();
  void settle(const update_cursor& cursor, outcome end);
  void refuse_batch();
  // The requests of the batch, to be woken without the lock, which the caller holds.
  [[nodiscard]] std::vector<waiter_pointer> end_batch(outcome end);
  [[nodiscard]] bool is_unwanted(std::optional<group_id> community) const;

  const std::size_t max_body_size_;
  const std::shared_ptr<clock> time_;
  mutable std::mutex mutex_;
  // Replaced as a whole: requests under way have their own.
  std::shared_ptr<const callback_options> options_;
  std::set<group_id> unwanted_;
  std::list<waiter_pointer> queue_;
  std::vector<waiter_pointer> batch_;
  std::uint64_t batch_number_ = 0;
  std::uint64_t committed_ = 0;
  bool stopped_ = false;
  std::atomic<bool> running_ = false;
  mutable source_counters counters_;
  std::shared_ptr<stop_signal> arrived_ = std::make_shared<stop_signal>();
};

}  // namespace vkxx::detail

namespace vkxx::detail {

// The core of a receiver, for the server and the set-up.
struct callback_access {
  [[nodiscard]] static std::shared_ptr<callback_core> core(const callback_receiver& receiver) {
    return receiver.core_;
  }
};

}  // namespace vkxx::detail
