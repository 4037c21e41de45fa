// The body of an answer as it arrives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/core/error.hpp>
#include <vkxx/http/message.hpp>

namespace vkxx::http::detail {

/// Goes to the request's sink if the status is one of success, else into a text. Nothing that the
/// sink throws gets out.
class received_body {
 public:
  received_body() = default;
  received_body(const received_body&) = delete;
  received_body& operator=(const received_body&) = delete;
  ~received_body() { end(); }

  /// `message` must live until `end`. `max_answer_size`: the transport's.
  void begin(const request& message, std::size_t max_answer_size) noexcept;
  /// Takes the next bytes of an answer with this status; `announced` is its length, -1: unknown.
  /// False: see `passed_limit` and `failure`.
  [[nodiscard]] bool take(std::string_view bytes, int status, std::int64_t announced);
  /// The answer is whole: commits what was written to the sink. The body, if it is here; see
  /// `failure` as well.
  [[nodiscard]] std::string finish(int status);
  /// The limit that the body is larger than; nothing: none.
  [[nodiscard]] std::optional<std::size_t> passed_limit() const noexcept { return passed_limit_; }
  /// Why the sink did not take the body; nothing: it does.
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return failure_; }
  /// Discards what was not committed.
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
