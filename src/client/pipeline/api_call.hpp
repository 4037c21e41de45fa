// A call of an API method, as an operation of the exchange driver.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "client/challenge/challenge_gate.hpp"
#include "client/exchange/exchange_machine.hpp"
#include "client/limit/call_limiter.hpp"
#include "client/pipeline/attempt.hpp"
#include "client/pipeline/call_context.hpp"

namespace vkxx::detail {

// `whole`: the call as its caller sees it. `inside`: the part that runs inside the middlewares.
enum class call_level : std::uint8_t { whole, inside };

// Movable until `begin`.
class api_call {
 public:
  api_call(std::shared_ptr<call_context> context, request request, call_level level);

  [[nodiscard]] exchange_action begin(const asio::any_io_executor& executor);
  [[nodiscard]] std::optional<exchange_action> token_at_once();
  [[nodiscard]] std::optional<exchange_action> permit_at_once();
  [[nodiscard]] asio::awaitable<call_limiter::wait_end> wait_for_permit();
  [[nodiscard]] exchange_action take_permit(const call_limiter::wait_end& end);
  [[nodiscard]] exchange_action check_circuit();
  [[nodiscard]] asio::awaitable<result<http::response>> send();
  [[nodiscard]] std::optional<exchange_action> take_answer(result<http::response> answer);
  [[nodiscard]] asio::awaitable<exchange_action> perform(exchange_action action);
  // Called in a catch block. Rethrows std::bad_alloc.
  void caught();

 protected:
  [[nodiscard]] result<reply> end();

  [[nodiscard]] request& current() noexcept { return changed_ ? *changed_ : request_; }
  [[nodiscard]] exchange_action fail(error failure);

 private:
  // State that only a call needs that VK refused.
  struct assistance {
    std::shared_ptr<const hooks> current_hooks;
    gate_visit visit;
    // When the request was sent that VK refused.
    time_point sent{};
  };

  // Allocated, because a call that waits has none.
  struct sent_attempt {
    sent_attempt(call_context& context, request& request, limiter_turn turn)
        : work{context, request, std::move(turn)} {}
    attempt work;
    // An answer that another thread reads.
    http::response answer;
  };

  [[nodiscard]] assistance& assisted();
  // Gives the event to the machine.
  [[nodiscard]] exchange_action next(const exchange_event& event);
  [[nodiscard]] exchange_action settle(result<reply> outcome);
  void begin_attempt(limiter_turn turn);
  void after_failure();
  [[nodiscard]] call_helpers helpers_for(const error& failure);
  [[nodiscard]] std::optional<challenge> answerable_challenge(const error& failure) const;
  [[nodiscard]] hook_place place_on(asio::any_io_executor executor) const;
  [[nodiscard]] error challenge_too_late(const std::string& doing) const;
  void install_token(const challenge_answer& answer);
  void warn_of_execute_errors();

  [[nodiscard]] asio::awaitable<exchange_action> run_at_home();
  [[nodiscard]] asio::awaitable<exchange_action> run_middlewares();
  [[nodiscard]] asio::awaitable<exchange_action> join_batch();
  [[nodiscard]] asio::awaitable<exchange_action> get_token();
  [[nodiscard]] asio::awaitable<exchange_action> read_elsewhere();
  [[nodiscard]] asio::awaitable<exchange_action> sleep();
  [[nodiscard]] asio::awaitable<exchange_action> ask(const error_handler& handler);
  [[nodiscard]] asio::awaitable<exchange_action> renew_token();
  [[nodiscard]] asio::awaitable<exchange_action> answer_challenge();
  [[nodiscard]] asio::awaitable<exchange_action> ask_person(challenge challenge);
  [[nodiscard]] asio::awaitable<challenge_answer> run_marked(
      asio::awaitable<challenge_answer> hook);

  std::shared_ptr<call_context> context_;
  request request_;
  call_level level_;
  // The call ended, and was counted, in the client's context.
  bool ended_at_home_ = false;
  exchange_machine machine_;
  // Null unless an attempt has its permit.
  std::unique_ptr<sent_attempt> attempt_;
  // The request that replaces the original, from a handler or an answered challenge. May be null.
  std::unique_ptr<request> changed_;
  // Null before the first failure.
  std::unique_ptr<assistance> assistance_;
  // Empty before the first attempt.
  std::optional<result<reply>> outcome_;
};

// Returns the reply, or throws the error if `Outcome` is `reply`.
template <class Outcome>
[[nodiscard]] Outcome given(result<reply> outcome) {
  if constexpr (std::is_same_v<Outcome, reply>) {
    if (!outcome) throw_error(outcome.error());
    return std::move(*outcome);
  } else {
    return outcome;
  }
}

template <class Outcome>
class call_of final : public api_call {
 public:
  using outcome_type = Outcome;
  using api_call::api_call;

  [[nodiscard]] Outcome finish() { return given<Outcome>(end()); }
};

}  // namespace vkxx::detail
