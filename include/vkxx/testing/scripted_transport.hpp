/// @file
/// A transport that answers by a script: tests of calls without a network.
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

/// How long an answer takes: `reply("1", after(3ms))`.
class after {
 public:
  /// `delay` by the transport's clock; not below zero.
  explicit after(duration delay) noexcept : delay_{delay} {}
  /// How long the answer takes.
  [[nodiscard]] duration delay() const noexcept { return delay_; }

 private:
  duration delay_;
};

/// A request as the scripted transport got it.
class sent_request {
 public:
  /// Reads method and parameters out of `message`.
  explicit sent_request(http::request message);

  /// The API method: the last part of the address.
  [[nodiscard]] const std::string& method() const noexcept { return method_; }
  /// The parameters of the body, decoded, in their order.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& parameters()
      const noexcept {
    return parameters_;
  }
  /// The text of a parameter, if it was sent.
  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;
  /// The request in full: address, headers, body, token.
  [[nodiscard]] const http::request& message() const noexcept { return message_; }
  /// `users.get(user_ids="1", v="5.199")`; secrets redacted.
  [[nodiscard]] std::string to_string() const;

 private:
  http::request message_;
  std::string method_;
  std::vector<std::pair<std::string, std::string>> parameters_;
};

/// In which order the calls have to come.
enum class script_order {
  strict,  ///< as they were written down
  any,     ///< the first expectation that fits and is still open takes the call
};

namespace detail {
struct script;
struct script_line;
}  // namespace detail

/// One expectation of a script, and its answer: `{"response":1}` unless told otherwise.
class scripted_line {
 public:
  /// Answers `{"response": …}`. `response`: JSON text.
  scripted_line& reply(std::string response, after delay = after{duration::zero()});
  /// Answers `{"error": …}`. `error`: JSON text of the error object.
  scripted_line& reply_error(std::string error, after delay = after{duration::zero()});
  /// Answers with this body, whole, as JSON.
  scripted_line& reply_body(std::string body, after delay = after{duration::zero()});
  /// Answers with an HTTP status and a page.
  scripted_line& reply_status(int status, std::string html, after delay = after{duration::zero()});
  /// Answers with this, just as it is.
  scripted_line& reply_with(http::response answer, after delay = after{duration::zero()});
  /// The exchange fails.
  scripted_line& fail(errc code, request_effect effect, after delay = after{duration::zero()});
  /// No answer comes: the exchange ends by its time limits or by cancellation.
  scripted_line& never();
  /// So many calls are expected, each answered like this; 1 by default.
  scripted_line& times(std::size_t count);
  /// Any number of calls may come, also none. In strict order they end with the first call that
  /// does not fit.
  scripted_line& any_times();

 private:
  friend class scripted_transport;
  scripted_line(std::shared_ptr<detail::script> script, std::size_t index);
  detail::script_line& line();

  std::shared_ptr<detail::script> script_;
  std::size_t index_;
};

/// Answers calls by a script, and remembers them.
///
/// ```cpp
/// auto vk = std::make_shared<scripted_transport>(clock);
/// vk->expect(call("users.get").with("user_ids", "1,2")).reply(R"([{"id": 1}])", after(3ms));
/// …
/// EXPECT_EQ(vk->problems(), "");
/// ```
///
/// The time limits of a request are kept, by the clock that is given. A call that the script does
/// not foresee fails with `errc::invalid_argument` and is told by `problems()`.
///
/// Thread safety: safe to share.
class scripted_transport final : public http::transport {
 public:
  /// `time`: the clock by which answers are delayed and limits are kept.
  explicit scripted_transport(std::shared_ptr<clock> time = system_clock(),
                              script_order order = script_order::strict);

  /// Adds a line to the script; what it answers is said by the line that is given back.
  scripted_line expect(expected_call what);

  [[nodiscard]] asio::awaitable<result<http::response>> send(http::request message) override;

  /// What came so far, in its order.
  [[nodiscard]] std::vector<sent_request> requests() const;
  /// The calls that were not foreseen, and the lines that were not met, a line each; empty: all
  /// went as written.
  [[nodiscard]] std::string problems() const;

 private:
  std::shared_ptr<detail::script> script_;
};

}  // namespace vkxx::testing
