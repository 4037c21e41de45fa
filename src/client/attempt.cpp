#include "client/attempt.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <utility>

#include "client/envelope.hpp"
#include "core/with_deadline.hpp"

namespace vkxx::detail {
namespace {

bool is_method_name(std::string_view name) noexcept {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
  };
  return !name.empty() && name.front() != '.' && name.back() != '.' &&
         name.find("..") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), allowed);
}

constexpr std::string_view captcha_cookie_start = "remixstlid=";

bool is_set_cookie(std::string_view name) noexcept {
  constexpr std::string_view wanted = "set-cookie";
  return std::equal(name.begin(), name.end(), wanted.begin(), wanted.end(), [](char c, char lower) {
    return (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == lower;
  });
}

bool fits_into_header(const std::string& token) noexcept {
  return std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c <= '~'; });
}

// VK marks who it asked by this cookie; its value is not in the error itself (there is a number
// only), so that it is taken from the answer's headers. Odd values are not given back.
void keep_captcha_cookie(call_context& context, const http::response& answer) {
  constexpr std::size_t longest = 256;
  for (const auto& [name, line] : answer.headers) {
    if (!is_set_cookie(name) || !line.starts_with(captcha_cookie_start)) continue;
    const auto value = std::string_view{line}.substr(captcha_cookie_start.size());
    std::string text{value.substr(0, value.find_first_of("; "))};
    if (text.size() <= longest && fits_into_header(text)) {
      context.captcha_cookie = secret{std::move(text)};
    }
  }
}

// The token that is there without a wait: nearly always.
std::optional<result<secret>> ready_token(const call_context& context, const request& what) {
  if (what.access_token()) return *what.access_token();
  return context.state->tokens().ready(what);
}

asio::awaitable<result<secret>> awaited_token(std::shared_ptr<call_context> context,
                                              const request& what) {
  auto& source = context->state->tokens();
  auto lent = context->state->environment();
  auto getting = source.obtain(what, std::move(lent));
  auto waited = with_deadline(context->state->time(), context->deadline, std::move(getting));
  auto got = co_await std::move(waited);
  if (!got) co_return deadline_error(what.method(), *context, "waiting for an access token");
  co_return std::move(*got);
}

http::request http_request(const call_context& context, const request& what) {
  http::request message{"POST", context.state->url_of(what.method())};
  message.add_header("Accept", "application/json");
  std::string body = what.parameters().form();
  context.state->common().append_form(body, what.parameters());
  message.body(std::move(body), "application/x-www-form-urlencoded");
  if (!context.captcha_cookie.empty()) {
    message.add_header("Cookie",
                       std::string{captcha_cookie_start} + context.captcha_cookie.expose());
  }
  if (!context.token.empty()) message.bearer_token(context.token);
  message.timeout(context.timeout);
  message.deadline(context.deadline);
  return message;
}

limiter_question question_of(const call_context& context, const request& what) {
  limiter_question asked;
  asked.method = what.method();
  asked.kind = context.state->settings().token_kind.value_or(token_kind::user);
  asked.priority = context.priority;
  asked.caller = context.fair_share_of;
  asked.deadline = context.deadline;
  asked.again = context.refused;
  return asked;
}

asio::awaitable<result<http::response>> send(call_context& context, http::request message) {
  context.effect = request_effect::unknown;
  return context.state->transport().send(std::move(message));
}

// The middlewares from `index` on, then the transport.
asio::awaitable<result<http::response>> through_middlewares(std::shared_ptr<call_context> context,
                                                            attempt_info which, std::size_t index,
                                                            http::request message) {
  const auto& middlewares = context->state->settings().around_attempt;
  if (index == middlewares.size()) {
    auto sending = send(*context, std::move(message));
    co_return co_await std::move(sending);
  }
  next_attempt next = [context, which, index](http::request passed_on) {
    return through_middlewares(context, which, index + 1, std::move(passed_on));
  };
  auto wrapped = middlewares[index](which, std::move(message), std::move(next));
  co_return co_await std::move(wrapped);
}

asio::awaitable<result<http::response>> exchange(const std::shared_ptr<call_context>& context,
                                                 const request& what, int number) {
  auto message = http_request(*context, what);
  if (context->state->settings().around_attempt.empty()) return send(*context, std::move(message));
  return through_middlewares(context, attempt_info{what.method(), number}, 0, std::move(message));
}

std::string outcome_text(const result<reply>& outcome) {
  if (outcome) return "ok";
  const auto& failure = outcome.error();
  if (const auto code = failure.api_code()) {
    return "api_error code=" + std::to_string(static_cast<int>(*code));
  }
  std::string name{to_string(*failure.code())};
  std::replace(name.begin(), name.end(), ' ', '_');
  return name + " effect=" + (failure.effect() == request_effect::unknown ? "unknown" : "none");
}

// The allow-list of what is logged of an attempt: names and numbers of ours, nothing of the
// parameters, nothing of the server's text.
void log_attempt(const call_context& context, const std::string& method, int number, duration spent,
                 const result<reply>& outcome) {
  const auto& log = context.state->log();
  if (!log.wants(log_level::info)) return;
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(spent).count();
  const int status = outcome ? 200 : outcome.error().http_status();
  log.write(log_level::info, "method=" + method + " attempt=" + std::to_string(number) +
                                 " http_status=" + std::to_string(status) +
                                 " ms=" + std::to_string(milliseconds) +
                                 " outcome=" + outcome_text(outcome));
}

// What the attempt's outcome means for the limit, the quotas and the endpoint.
void settle(call_context& context, const std::string& method, const result<reply>& outcome,
            limiter_turn& turn, endpoint_pass& passed) {
  context.refused = false;
  const auto now = context.state->time()->now();
  if (outcome) {
    turn.settle(limiter_answer::counted);
    return passed.settle(breaker_outcome::good, now);
  }
  const auto& failure = outcome.error();
  if (const auto code = failure.api_code()) {
    context.refused = *code == api_errc::too_many_requests_per_second;
    turn.note(method, *code);
    turn.settle(context.refused ? limiter_answer::refused : limiter_answer::counted);
    return passed.settle(breaker_outcome::good, now);
  }
  // HTTP answers may come from before VK's counter.
  turn.settle(failure.effect() == request_effect::not_sent ? limiter_answer::unsent
                                                           : limiter_answer::lost);
  passed.settle(failed_try::of(failure).passing ? breaker_outcome::bad : breaker_outcome::undecided,
                now);
}

}  // namespace

std::string fault_of(const request& what) {
  if (!is_method_name(what.method())) {
    return "`" + what.method() +
           "` is not a method's name: expected letters, digits, `_` and `.`, as in `users.get`";
  }
  if (what.access_token() && !fits_into_header(what.access_token()->expose())) {
    return "the access token of the call holds a character that no token has (a space or a line "
           "break, perhaps)";
  }
  return what.parameters().fault();
}

asio::awaitable<result<reply>> run_attempt(std::shared_ptr<call_context> context, request& what,
                                           int number) {
  const auto started = context->state->time()->now();
  if (const auto& log = context->state->log(); log.wants(log_level::debug)) {
    log.write(log_level::debug,
              "method=" + what.method() + " attempt=" + std::to_string(number) + " sending");
  }
  auto token = ready_token(*context, what);
  if (!token) {
    auto finding = awaited_token(context, what);
    token = co_await std::move(finding);
  }
  if (!*token) co_return token->error();
  if (!fits_into_header((*token)->expose())) {
    co_return error{errc::invalid_argument, request_effect::not_sent,
                    "the access token holds a character that no token has (a space or a line "
                    "break, perhaps)"};
  }
  context->token = std::move(**token);
  limiter_turn turn;
  if (const auto& limiter = context->state->limiter()) {
    const auto asked = question_of(*context, what);
    auto entered = limiter->enter(context->token, asked);
    if (!entered) {
      const auto since = context->state->time()->now();
      auto waiting = call_limiter::wait(limiter, context->token, asked);
      entered = co_await std::move(waiting);
      context->state->counters().queued(context->state->time()->now() - since);
    }
    if (!entered) throw boost::system::system_error{asio::error::operation_aborted};
    if (!*entered) co_return entered->error();
    turn = std::move(entered->value());
  }
  auto passed = context->state->guard().pass(context->state->time()->now());
  if (!passed) co_return passed.error();
  if (const auto prepare = std::exchange(context->prepare, nullptr); prepare && !prepare(what)) {
    co_return error{errc::cancelled, request_effect::not_sent, "nobody wants the answer any more"};
  }
  turn.leaves();
  const counted_request under_way{context->state->counters()};
  auto exchanging = exchange(context, what, number);
  auto answer = co_await std::move(exchanging);
  if (answer) keep_captcha_cookie(*context, *answer);
  result<reply> outcome =
      answer ? read_answer(what.method(), std::move(*answer)) : result<reply>{answer.error()};
  settle(*context, what.method(), outcome, turn, *passed);
  context->effect = outcome ? request_effect::unknown : outcome.error().effect();
  log_attempt(*context, what.method(), number, context->state->time()->now() - started, outcome);
  co_return outcome;
}

}  // namespace vkxx::detail
