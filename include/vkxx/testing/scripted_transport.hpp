/// @file
/// A transport with scripted answers, for tests without a network.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/clock.hpp>
#include <vkxx/http/transport.hpp>
#include <vkxx/testing/expected_call.hpp>

namespace vkxx::testing {

/// The delay of an answer: `reply("1", after(3ms))`.
class after {
 public:
  /// `delay` by the transport's clock; 0 or more.
  explicit after(duration delay) noexcept : delay_{delay} {}
  /// The delay.
  [[nodiscard]] duration delay() const noexcept { return delay_; }

 private:
  duration delay_;
};

/// A request that the scripted transport received.
class sent_request {
 public:
  /// Parses method and parameters of `message`, and reads its body from the source if it has one.
  /// Throws what the source throws, and the source's error as an exception.
  explicit sent_request(http::request message);

  /// The API method: the last segment of the path.
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  /// The decoded parameters of the body, in order.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& parameters()
      const noexcept {
    return parameters_;
  }
  /// The text of a parameter, if it was sent.
  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;
  /// The whole body, also if it comes from a source.
  [[nodiscard]] const std::string& body() const noexcept {
    return message_.source() ? body_ : message_.body();
  }
  /// The HTTP request: address, headers, body, token.
  [[nodiscard]] const http::request& message() const noexcept { return message_; }
  /// `users.get(user_ids="1", v="5.199")`, with secrets redacted.
  [[nodiscard]] std::string to_string() const;

 private:
  http::request message_;
  // The content of the source; empty without one.
  std::string body_;
  std::string method_;
  std::vector<std::pair<std::string, std::string>> parameters_;
};

/// The expected order of calls.
enum class script_order {
  strict,  ///< the order of the script
  any,     ///< the first matching line with calls left
};

namespace detail {
struct script;
struct script_line;
}  // namespace detail

/// A line of the script: an expected call and its answer, `{"response":1}` by default.
class scripted_line {
 public:
  /// Answers `{"response": …}`. `response`: JSON text.
  scripted_line& reply(std::string response, after delay = after{duration::zero()});
  /// Answers `{"error": …}`. `error`: JSON text of the error object.
  scripted_line& reply_error(std::string error, after delay = after{duration::zero()});
  /// Answers with this body, as JSON.
  scripted_line& reply_body(std::string body, after delay = after{duration::zero()});
  /// Answers with an HTTP status and an HTML page.
  scripted_line& reply_status(int status, std::string html, after delay = after{duration::zero()});
  /// Answers with this HTTP response.
  scripted_line& reply_with(http::response answer, after delay = after{duration::zero()});
  /// The exchange fails with this error.
  scripted_line& fail(errc code, request_effect effect, after delay = after{duration::zero()});
  /// No answer: the exchange ends by its time limit or by cancellation.
  scripted_line& never();
  /// The number of expected calls, each with this answer; 1 by default.
  scripted_line& times(std::size_t count);
  /// Any number of calls, including none. In strict order they end with the first call that does
  /// not match.
  scripted_line& any_times();

 private:
  friend class scripted_transport;
  scripted_line(std::shared_ptr<detail::script> script, std::size_t index);
  detail::script_line& line();

  std::shared_ptr<detail::script> script_;
  std::size_t index_;
};

/// Answers calls by a script and records them.
///
/// ```cpp
/// auto vk = std::make_shared<scripted_transport>(clock);
/// vk->expect(call("users.get").with("user_ids", "1,2")).reply(R"([{"id": 1}])", after(3ms));
/// …
/// EXPECT_EQ(vk->problems(), "");
/// ```
///
/// Reads the body of a request from its source before it looks up the answer; if that fails, the
/// exchange fails with `errc::body_failed`. The body of an answer with a status of 2xx goes to the
/// request's sink. The progress handler is called once, after the whole answer was received.
///
/// The time limits of a request apply, by the given clock. A call that the script does not expect
/// fails with `errc::invalid_argument` and is reported by `problems()`.
///
/// Thread safety: safe to share.
class scripted_transport final : public http::transport {
 public:
  /// `time`: the clock for delays and time limits.
  explicit scripted_transport(std::shared_ptr<clock> time = system_clock(),
                              script_order order = script_order::strict);

  /// Adds a line to the script. Returns it, so that its answer can be set.
  scripted_line expect(expected_call expected);

  [[nodiscard]] asio::awaitable<result<http::response>> send(http::request message) override;

  /// The requests received so far, in order.
  [[nodiscard]] std::vector<sent_request> requests() const;
  /// Unexpected calls and unused lines of the script, one line each; empty if there are none.
  [[nodiscard]] std::string problems() const;

 private:
  std::shared_ptr<detail::script> script_;
};

}  // namespace vkxx::testing
