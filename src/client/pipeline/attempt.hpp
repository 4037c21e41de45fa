// One attempt of a call: the HTTP exchange and the parsing of the response.
#pragma once

#include <memory>
#include <optional>

#include "client/pipeline/call_context.hpp"
#include "client/reply/envelope.hpp"
#include "client/retry/retry_guard.hpp"

namespace vkxx::detail {

// Fails with `errc::invalid_argument` if `request` cannot be sent.
[[nodiscard]] result<void> check_request(const request& request);

// Sets the token of the next attempt. Returns the error if the token cannot be sent.
[[nodiscard]] std::optional<error> use_token(call_context& context, result<secret> token);

// The limiter's input for the next attempt.
[[nodiscard]] limiter_question question_of(const call_context& context, const request& request);

// The quota of a call without a context, one of a batch. `quota_refusal` returns the error if VK
// has closed the method for the token, and is empty if the call may be sent. `note_quota` records
// that VK closed the method.
[[nodiscard]] std::optional<error> quota_refusal(const call_state& state, const secret& token,
                                                 const request& request);
void note_quota(const call_state& state, const secret& token, const request& request,
                const error& failure);

// An attempt that has its token and its permit. If destroyed before its end, it returns what it
// acquired. The context and the request must outlive it.
class attempt {
 public:
  attempt(call_context& context, request& request, limiter_turn turn);

  [[nodiscard]] time_point started() const noexcept { return started_; }
  // Returns the error if the circuit is open.
  [[nodiscard]] std::optional<error> check_circuit();
  // From here on the request may reach VK. Throws what a middleware throws.
  [[nodiscard]] asio::awaitable<result<http::response>> exchange(
      const std::shared_ptr<call_context>& context);
  [[nodiscard]] result<reply> end(result<http::response> answer);
  // Like `end`, but parses the answer on the thread that blocks in the call, which is otherwise
  // idle. The attempt may be destroyed while that thread parses.
  [[nodiscard]] asio::awaitable<result<reply>> end_on(std::shared_ptr<caller_thread> caller,
                                                      http::response answer);

 private:
  [[nodiscard]] answer_facts facts() const;
  [[nodiscard]] result<reply> end_with(result<reply> outcome);

  call_context& context_;
  request& request_;
  int number_;
  time_point started_;
  // Whether the request may change something at VK.
  bool writes_ = true;
  limiter_turn turn_;
  std::optional<endpoint_pass> passed_;
  std::optional<counted_request> under_way_;
};

}  // namespace vkxx::detail
