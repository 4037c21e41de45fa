// One attempt of a call: what has to be there before it, the HTTP exchange, the reading of the
// answer.
#pragma once

#include <memory>
#include <optional>

#include "client/pipeline/call_context.hpp"
#include "client/reply/envelope.hpp"
#include "client/retry/retry_guard.hpp"

namespace vkxx::detail {

// Whether `request` can be sent: fails with `errc::invalid_argument`.
[[nodiscard]] result<void> check_request(const request& request);

// Takes the token and the turn of the next attempt into the context, as far as nothing has to be
// waited for. Gives the reason, if the attempt cannot be made at all.
[[nodiscard]] result<entry> try_enter(call_context& context, const request& request,
                                      time_point now);
// The wait after `no_turn_yet`, and what is to be done with its outcome. Apart, so that whoever
// waits can do it in its own frame. `since`: when it began. Throws operation_aborted when
// cancelled.
[[nodiscard]] asio::awaitable<std::optional<call_limiter::told>> wait_for_turn(
    const call_context& context, const request& request);
[[nodiscard]] result<entry> after_turn(call_context& context, const request& request,
                                       time_point since,
                                       const std::optional<call_limiter::told>& told);
// Everything that is left to wait for after `so_far`. May throw what a token source throws.
// `request` lives until it is over.
[[nodiscard]] asio::awaitable<result<entry>> enter(std::shared_ptr<call_context> context,
                                                   const request& request, entry so_far);

// What the limiter has to know of a call without a context of its own, one of a batch: whether VK
// has closed its method for the token, and that it did. Nothing: it may be sent.
[[nodiscard]] std::optional<error> quota_refusal(const call_state& state, const secret& token,
                                                 const request& request);
void note_quota(const call_state& state, const secret& token, const request& request,
                const error& failure);

// An attempt that has entered. Lives in the frame that awaits the exchange; the context and the
// request live longer.
class attempt {
 public:
  attempt(call_context& context, request& request, int number);

  // Why it cannot be sent, after all.
  [[nodiscard]] std::optional<error> begin();
  // May throw what a middleware throws.
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
