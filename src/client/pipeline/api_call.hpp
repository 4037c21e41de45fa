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

  [[nodiscard]] exchange_event begin(const asio::any_io_executor& executor);
  [[nodiscard]] exchange_action next(const exchange_event& event);
  [[nodiscard]] std::optional<exchange_event> token_at_once();
  [[nodiscard]] std::optional<exchange_event> permit_at_once();
  [[nodiscard]] asio::awaitable<std::optional<call_limiter::told>> wait_for_permit();
  [[nodiscard]] exchange_event take_permit(const std::optional<call_limiter::told>& told);
  [[nodiscard]] exchange_event check_circuit();
  [[nodiscard]] asio::awaitable<result<http::response>> send();
  [[nodiscard]] std::optional<exchange_event> read_at_once(result<http::response>& answer);
  [[nodiscard]] asio::awaitable<exchange_event> read_elsewhere(result<http::response> answer);
  [[nodiscard]] asio::awaitable<exchange_event> perform(exchange_action action);
  // Called in a catch block. Rethrows std::bad_alloc.
  void caught();

 protected:
  [[nodiscard]] result<reply> end();

  [[nodiscard]] request& current() noexcept { return changed_ ? *changed_ : request_; }
  [[nodiscard]] exchange_event fail(error failure);

 private:
  // State that only a call needs that VK refused.
  struct assistance {
    std::shared_ptr<const hooks> current_hooks;
    gate_visit visit;
  };

  // An attempt refers to its call, so a call with an attempt must not move. The new slot is
  // empty after a move.
  struct attempt_slot : std::optional<attempt> {
    attempt_slot() = default;
    attempt_slot(attempt_slot&&) noexcept : std::optional<attempt>{} {}
  };

  [[nodiscard]] assistance& assisted();
  [[nodiscard]] exchange_event settle(result<reply> outcome);
  void after_failure();
  [[nodiscard]] call_helpers helpers_for(const error& failure);
  [[nodiscard]] std::optional<challenge> answerable_challenge(const error& failure) const;
  [[nodiscard]] hook_place place_on(asio::any_io_executor executor) const;
  [[nodiscard]] error challenge_too_late(const std::string& doing) const;
  void install_token(const challenge_answer& answer);
  void warn_of_execute_errors();

  [[nodiscard]] asio::awaitable<exchange_event> run_at_home();
  [[nodiscard]] asio::awaitable<exchange_event> run_middlewares();
  [[nodiscard]] asio::awaitable<exchange_event> join_batch();
  [[nodiscard]] asio::awaitable<exchange_event> get_token();
  [[nodiscard]] asio::awaitable<exchange_event> sleep();
  [[nodiscard]] asio::awaitable<exchange_event> ask(const error_handler& handler);
  [[nodiscard]] asio::awaitable<exchange_event> renew_token();
  [[nodiscard]] asio::awaitable<exchange_event> answer_challenge();
  [[nodiscard]] asio::awaitable<exchange_event> ask_person(challenge challenge);
  [[nodiscard]] asio::awaitable<challenge_answer> run_marked(
      asio::awaitable<challenge_answer> hook);

  std::shared_ptr<call_context> context_;
  request request_;
  call_level level_;
  // The call ended, and was counted, in the client's context.
  bool ended_at_home_ = false;
  exchange_machine machine_;
  attempt_slot attempt_;
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
