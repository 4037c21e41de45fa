// The body of an answer as it arrives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/error.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx::http::detail {

/// Writes to the request's sink if the status is a success, otherwise into a text. Catches
/// everything the sink throws.
class received_body {
 public:
  received_body() = default;
  received_body(const received_body&) = delete;
  received_body& operator=(const received_body&) = delete;
  ~received_body() { end(); }

  /// `message` must outlive the body until `end`. `max_answer_size`: the transport's.
  void begin(const request& message, std::size_t max_answer_size) noexcept;
  /// Takes the next bytes of an answer with this status. `announced` is the length of the answer,
  /// or -1 if unknown. Returns false on failure: see `passed_limit` and `failure`.
  [[nodiscard]] bool take(std::string_view bytes, int status, std::int64_t announced);
  /// Called when the answer is complete. Commits the data in the sink. Returns the body if it went
  /// into a text. See also `failure`.
  [[nodiscard]] std::string finish(int status);
  /// The limit that the body exceeded, if any.
  [[nodiscard]] std::optional<std::size_t> passed_limit() const noexcept { return passed_limit_; }
  /// The error of the sink, if any.
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }
  /// Discards uncommitted data.
  void end() noexcept;

 private:
  enum class sink_state { untouched, begun, done };

  [[nodiscard]] bool goes_to_sink(int status) const noexcept;
  bool begin_sink();
  bool append(std::string_view bytes, std::int64_t announced);

  const request* message_ = nullptr;
  std::size_t max_answer_size_ = 0;
  std::string text_;
  std::uint64_t written_ = 0;
  sink_state sink_ = sink_state::untouched;
  std::optional<std::size_t> passed_limit_;
  std::optional<error> failure_;
};

}  // namespace vkxx::http::detail
