// The driver of poll_machine: both kinds of long poll over the client's pipeline.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include <vkxx/client/client.hpp>
#include <vkxx/core/secret.hpp>
#include <vkxx/updates/long_poll.hpp>
#include "core/async/stop_signal.hpp"
#include "updates/poll/poll_machine.hpp"
#include "updates/poll/poll_pace.hpp"
#include "updates/values/commit_ledger.hpp"
#include "updates/values/source_counters.hpp"

namespace vkxx::detail {

// The state of a source, shared by the running operation and the handle.
class long_poll_core : public std::enable_shared_from_this<long_poll_core> {
 public:
  // `mailbox`: User Long Poll. Throws `usage_exception`.
  long_poll_core(client vk, bool mailbox, std::string name, long_poll_options options);

  [[nodiscard]] asio::awaitable<result<update_batch>> next();
  void commit(const update_cursor& cursor) { ledger_.commit(cursor); }
  void stop() noexcept { stop_->stop(); }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] update_cursor cursor() const { return ledger_.cursor(); }
  [[nodiscard]] update_source_metrics metrics() const;

 private:
  using self_pointer = std::shared_ptr<long_poll_core>;
  // What the machine wants done, until it knows the outcome; false: the operation ends with
  // `failure_`.
  using step = asio::awaitable<bool>;

  static asio::awaitable<result<update_batch>> limited_next(self_pointer self);
  static asio::awaitable<result<update_batch>> run_next(self_pointer self);
  static asio::awaitable<bool> pause_until(self_pointer self, time_point due);
  [[nodiscard]] static step next_step(const self_pointer& self);
  static step ask_server(self_pointer self);
  static step poll(self_pointer self);
  // Of the steady clock: one that a test moves does not hold a poll up.
  static asio::awaitable<void> pause_for_pace(poll_pace::time_point due);
  static step ask_history(self_pointer self);
  static step wait(self_pointer self);
  static step end(self_pointer self);

  // Tells the machine; nothing: the operation ends with `failure_`.
  [[nodiscard]] bool go_on(std::optional<any_poll_event> event);
  [[nodiscard]] error take_failure();
  [[nodiscard]] result<update_batch> hand_over();
  [[nodiscard]] request server_request() const;
  [[nodiscard]] request history_request() const;
  [[nodiscard]] http::request poll_request() const;
  [[nodiscard]] asio::awaitable<result<http::response>> begin_poll() const;
  [[nodiscard]] std::optional<any_poll_event> take_server(const result<reply>& answer);
  [[nodiscard]] std::optional<any_poll_event> take_poll(result<http::response> answer);
  [[nodiscard]] std::optional<any_poll_event> take_history(const result<reply>& answer);
  [[nodiscard]] bool take_address(std::string server);
  [[nodiscard]] update_batch make_batch();
  [[nodiscard]] error too_large() const;
  [[nodiscard]] error without_key(error failure) const;
  void report(const error& failure) const;
  void note(log_level level, const std::string& outcome) const;
  [[nodiscard]] time_point now() const { return time_->now(); }

  client vk_;
  // Of the client.
  std::shared_ptr<clock> time_;
  logger log_;
  const bool mailbox_;
  const std::string name_;
  const long_poll_options options_;
  poll_machine machine_;
  poll_pace pace_;
  std::string server_;
  secret key_;
  std::optional<error> failure_;
  std::size_t last_answer_ = 0;           // in bytes
  unsigned large_answers_ = 0;            // in a row
  std::optional<time_point> not_before_;  // after an error
  std::atomic<bool> running_ = false;
  commit_ledger ledger_;
  mutable source_counters counters_;
  std::shared_ptr<stop_signal> stop_ = std::make_shared<stop_signal>();
};

}  // namespace vkxx::detail
