// One attempt of a call: the HTTP exchange and the reading of the answer.
#pragma once

#include <memory>
#include <optional>

#include "client/pipeline/call_context.hpp"
#include "client/reply/envelope.hpp"
#include "client/retry/retry_guard.hpp"

namespace vkxx::detail {

// Whether `request` can be sent: fails with `errc::invalid_argument`.
[[nodiscard]] result<void> check_request(const request& request);

// Makes `token` the one of the next attempt, or says why it cannot be sent.
[[nodiscard]] std::optional<error> use_token(call_context& context, result<secret> token);

// What the limiter has to know of the next attempt.
[[nodiscard]] limiter_question question_of(const call_context& context, const request& request);

// What the limiter has to know of a call without a context of its own, one of a batch: whether VK
// has closed its method for the token, and that it did. Nothing: it may be sent.
[[nodiscard]] std::optional<error> quota_refusal(const call_state& state, const secret& token,
                                                 const request& request);
void note_quota(const call_state& state, const secret& token, const request& request,
                const error& failure);

// An attempt that has its token and its permit. Destroyed before its end, it gives back what it
// took. The context and the request live longer.
class attempt {
 public:
  attempt(call_context& context, request& request);

  // Why the circuit breaker holds it back.
  [[nodiscard]] std::optional<error> check_circuit();
  // From now on the request may arrive at VK. May throw what a middleware throws.
  [[nodiscard]] asio::awaitable<result<http::response>> exchange(
      const std::shared_ptr<call_context>& context);
  [[nodiscard]] result<reply> end(result<http::response> answer);
  // The same, but the answer is read on the thread that blocks in the call, which has nothing else
  // to do. May be destroyed while that thread reads.
  [[nodiscard]] asio::awaitable<result<reply>> end_on(std::shared_ptr<caller_thread> caller,
                                                      http::response answer);

 private:
  [[nodiscard]] answer_facts facts() const;
  [[nodiscard]] result<reply> end_with(result<reply> outcome);

  call_context& context_;
  request& request_;
  int number_;
  time_point started_;
  limiter_turn turn_;
  std::optional<endpoint_pass> passed_;
  std::optional<counted_request> under_way_;
};

}  // namespace vkxx::detail
