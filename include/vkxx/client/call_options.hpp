/// @file
/// The options of a single call.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/client/call_priority.hpp>
#include <vkxx/core/clock.hpp>

namespace vkxx {

namespace detail {
class response_decoder;
struct decoder_access;
class run_permit;
struct permit_access;
}  // namespace detail

/// The options of one call. Options that are not set are as in the client's `config`.
class call_options {
 public:
  call_options() noexcept;

  /// The moment at which the call fails with `errc::deadline_exceeded`, whatever it waits for, a
  /// person included; of the client's clock.
  call_options& deadline(time_point moment) noexcept;
  /// The longest time of the call in place of `config::total_timeout`; like that it does not run
  /// while a challenge hook is working. Zero or less has passed already. Also limits the wait of a
  /// call in a batch, whatever delays the batch.
  call_options& total_timeout(duration limit) noexcept;
  /// The time for each single attempt; at least 1 ms, else the call fails with
  /// `errc::invalid_argument`.
  call_options& timeout(duration limit) noexcept;
  /// Cancels the call when a stop is requested. For `blocking_client` only: a call of `client` with
  /// it fails with `errc::invalid_argument`, as coroutines are cancelled by asio's cancellation
  /// slots.
  call_options& stop_token(std::stop_token token) noexcept;
  /// Which of the calls that wait for the limit of one token go first; `normal` by default.
  call_options& priority(call_priority value) noexcept;
  /// A name for the calling part of the program. Callers of the same priority take turns, so that a
  /// thousand calls of one do not delay a single call of another.
  call_options& caller(std::string_view name) noexcept;
  /// Whether this call of a method's class is checked before it is sent; see
  /// `config::local_checks`.
  call_options& local_checks(bool on) noexcept;
  /// Whether the objects of a typed result keep the JSON that they came from (their `raw_json`).
  call_options& keep_raw(bool on) noexcept;

  /// Whether the call is safe to execute twice, so that it is retried even if it is unknown whether
  /// VK executed it: for a stored procedure (`execute.name`), a script, or a method newer than the
  /// schema. Not set: VK's schema decides.
  call_options& idempotent(bool on) noexcept;
  /// Whether the call is retried after transient failures and at the limit (error 6), as
  /// `config::retries` says; it is by default. Without retries a failure is reported as it comes;
  /// handlers and challenge hooks are still asked, and the circuit breaker still counts. The call
  /// is not batched.
  call_options& retry(bool on) noexcept;
  /// Whether the call may be part of a batch, if the client has `config::batching`; on by default.
  call_options& batch(bool on) noexcept;
  /// Adds an HTTP header to the call's requests; the call is then not batched. The call fails with
  /// `errc::invalid_argument` if the name is no header name, the value has a line break, or the
  /// client sets that header itself: `Accept`, `Accept-Encoding`, `Authorization`, `Connection`,
  /// `Content-Length`, `Content-Type`, `Cookie`, `Host`, `Transfer-Encoding`, `User-Agent`.
  call_options& header(std::string name, std::string value);

  [[nodiscard]] std::optional<time_point> deadline() const noexcept { return deadline_; }
  [[nodiscard]] std::optional<duration> total_timeout() const noexcept { return total_timeout_; }
  [[nodiscard]] std::optional<duration> timeout() const noexcept { return timeout_; }
  /// Which of the waiting calls go first.
  [[nodiscard]] call_priority priority() const noexcept { return priority_; }
  /// A hash of the caller's name; 0: not set.
  [[nodiscard]] std::uint64_t caller() const noexcept { return caller_; }
  [[nodiscard]] const std::stop_token& stop_token() const noexcept { return stop_token_; }
  [[nodiscard]] std::optional<bool> local_checks() const noexcept { return local_checks_; }
  [[nodiscard]] bool keep_raw() const noexcept { return keep_raw_; }
  [[nodiscard]] std::optional<bool> idempotent() const noexcept { return idempotent_; }
  [[nodiscard]] bool retry() const noexcept { return retry_; }
  [[nodiscard]] bool batch() const noexcept { return batch_; }
  /// Names and values, in their order.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& headers() const noexcept {
    return headers_;
  }

 private:
  friend struct detail::decoder_access;
  friend struct detail::permit_access;

  std::optional<time_point> deadline_;
  std::optional<duration> total_timeout_;
  std::optional<duration> timeout_;
  std::stop_token stop_token_;
  call_priority priority_ = call_priority::normal;
  std::uint64_t caller_ = 0;
  std::optional<bool> local_checks_;
  bool keep_raw_ = false;
  std::optional<bool> idempotent_;
  bool retry_ = true;
  bool batch_ = true;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::shared_ptr<detail::response_decoder> decoder_;
  std::shared_ptr<const detail::run_permit> permit_;
};

namespace detail {

// The decoder that reads the response during the call. Null: none.
struct decoder_access {
  static void set(call_options& options, std::shared_ptr<response_decoder> decoder) noexcept {
    options.decoder_ = std::move(decoder);
  }
  [[nodiscard]] static const std::shared_ptr<response_decoder>& of(
      const call_options& options) noexcept {
    return options.decoder_;
  }
};

// What is asked before each attempt whether it may be sent. Null: it may.
struct permit_access {
  static void set(call_options& options, std::shared_ptr<const run_permit> permit) noexcept {
    options.permit_ = std::move(permit);
  }
  [[nodiscard]] static const std::shared_ptr<const run_permit>& of(
      const call_options& options) noexcept {
    return options.permit_;
  }
};

}  // namespace detail
}  // namespace vkxx
