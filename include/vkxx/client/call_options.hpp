/// @file
/// What may differ from call to call.
#pragma once

#include <optional>
#include <stop_token>
#include <string_view>

#include <vkxx/client/call_priority.hpp>
#include <vkxx/core/clock.hpp>

namespace vkxx {

/// Limits of one call. Everything that is not set is as in the client's `config`.
class call_options {
 public:
  call_options() noexcept;

  /// The moment at which the call fails with `errc::deadline_exceeded`, whatever it waits for; of
  /// the client's clock.
  call_options& deadline(time_point moment) noexcept;
  /// The same, counted from the start of the call. What is not above zero has passed already.
  call_options& total_timeout(duration limit) noexcept;
  /// The time for each single attempt; at least 1 ms, else the call fails with
  /// `errc::invalid_argument`.
  call_options& timeout(duration limit) noexcept;
  /// Cancels the call when a stop is requested. For `blocking_client` alone: a call of `client`
  /// with it fails with `errc::invalid_argument`, as its coroutine is cancelled by asio's slots.
  call_options& stop_token(std::stop_token token) noexcept;
  /// Which of the calls that wait for the limit of one token go first; `normal` by default.
  call_options& priority(call_priority value) noexcept;
  /// Any name for the part of the program that calls. Calls of the same priority take turns by
  /// their callers, so that a thousand calls of one do not hold up the single call of another.
  call_options& caller(std::string_view name) noexcept;
  /// Whether this call of a method's class is checked before it is sent; see
  /// `config::local_checks`.
  call_options& local_checks(bool on) noexcept;
  /// Whether the objects of a typed result keep the JSON that they came from (their `raw_json`).
  call_options& keep_raw(bool on) noexcept;

  /// Says that the call changes nothing at VK, so that it is retried as a read: of a stored
  /// procedure (`execute.name`), a script, a method newer than the schema. VK's schema is asked
  /// where nothing is said.
  call_options& reads_only(bool on = true) noexcept;

  [[nodiscard]] std::optional<time_point> deadline() const noexcept { return deadline_; }
  [[nodiscard]] std::optional<duration> total_timeout() const noexcept { return total_timeout_; }
  [[nodiscard]] std::optional<duration> timeout() const noexcept { return timeout_; }
  /// Which of the waiting calls go first.
  [[nodiscard]] call_priority priority() const noexcept { return priority_; }
  /// A number made of the caller's name; 0: none was given.
  [[nodiscard]] std::uint64_t caller() const noexcept { return caller_; }
  [[nodiscard]] const std::stop_token& stop_token() const noexcept { return stop_token_; }
  [[nodiscard]] std::optional<bool> local_checks() const noexcept { return local_checks_; }
  [[nodiscard]] bool keep_raw() const noexcept { return keep_raw_; }
  [[nodiscard]] std::optional<bool> reads_only() const noexcept { return reads_only_; }

 private:
  std::optional<time_point> deadline_;
  std::optional<duration> total_timeout_;
  std::optional<duration> timeout_;
  std::stop_token stop_token_;
  call_priority priority_ = call_priority::normal;
  std::uint64_t caller_ = 0;
  std::optional<bool> local_checks_;
  bool keep_raw_ = false;
  std::optional<bool> reads_only_;
};

}  // namespace vkxx
