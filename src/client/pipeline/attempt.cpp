#include "client/pipeline/attempt.hpp"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "client/reply/envelope.hpp"
#include "client/request/call_idempotency.hpp"
#include "core/async/with_deadline.hpp"

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

// VK identifies the challenged client by this cookie. The error contains only a number, so the
// value comes from the response headers. Unusual values are not sent back.
void keep_captcha_cookie(call_context& context, const http::response& answer) {
  constexpr std::size_t longest = 256;
  for (const auto& [name, line] : answer.headers) {
    if (!is_set_cookie(name) || !line.starts_with(captcha_cookie_start)) continue;
    const auto value = std::string_view{line}.substr(captcha_cookie_start.size());
    std::string text{value.substr(0, value.find_first_of("; "))};
    if (text.size() <= longest && fits_into_header(text)) {
      context.with_extras().captcha_cookie = secret{std::move(text)};
    }
  }
}

http::request http_request(const call_context& context, const request& request) {
  http::request message{"POST", context.state->url_of(request.method())};
  message.add_header("Accept", "application/json");
  if (context.extras) {
    for (const auto& [name, value] : context.extras->headers) message.add_header(name, value);
  }
  std::string body = request.parameters().form();
  context.state->common().append_form(body, request.parameters());
  message.body(std::move(body), "application/x-www-form-urlencoded");
  if (context.extras && !context.extras->captcha_cookie.empty()) {
    message.add_header("Cookie",
                       std::string{captcha_cookie_start} + context.extras->captcha_cookie.expose());
  }
  if (!context.token.empty()) message.bearer_token(context.token);
  message.may_be_compressed(!has_short_answer(request.method()));
  message.timeout(context.timeout);
  message.deadline(context.deadline, context.state->time());
  return message;
}

limiter_question quota_question(const call_state& state, const request& request) {
  limiter_question question;
  question.method = request.method();
  question.values = &request.parameters();
  question.kind = state.token_kind().value_or(token_kind::user);
  return question;
}

void publish_effect(call_context& context) noexcept {
  if (!context.extras || !context.extras->progress) return;
  context.extras->progress->see(context.effect, context.attempts);
}

asio::awaitable<result<http::response>> send(call_context& context, bool writes,
                                             http::request message) {
  context.effect.sending(writes);
  publish_effect(context);
  return context.state->transport().send(std::move(message));
}

// The effect of an exchange whose response has not been parsed.
request_effect effect_of(const result<http::response>& answer) noexcept {
  if (!answer) return answer.error().effect();
  return effect_of_status(answer->status);
}

// Runs the middlewares from `index` on, then the transport.
asio::awaitable<result<http::response>> through_middlewares(std::shared_ptr<call_context> context,
                                                            attempt_info which, bool writes,
                                                            std::size_t index,
                                                            http::request message) {
  const auto& middlewares = context->state->settings().around_attempt();
  if (index == middlewares.size()) {
    auto sending = send(*context, writes, std::move(message));
    auto answer = co_await std::move(sending);
    // The middleware may still throw or retry.
    context->effect.ended(effect_of(answer));
    co_return answer;
  }
  next_attempt next = [context, which, writes, index](http::request passed_on) {
    return through_middlewares(context, which, writes, index + 1, std::move(passed_on));
  };
  auto wrapped = middlewares[index](which, std::move(message), std::move(next));
  co_return co_await std::move(wrapped);
}

asio::awaitable<result<http::response>> exchange(const std::shared_ptr<call_context>& context,
                                                 const request& request, bool writes, int number) {
  auto message = http_request(*context, request);
  if (context->state->settings().around_attempt().empty()) {
    return send(*context, writes, std::move(message));
  }
  return through_middlewares(context, attempt_info{request.method(), number}, writes, 0,
                             std::move(message));
}

std::string outcome_text(const result<reply>& outcome) {
  if (outcome) return "ok";
  const auto& failure = outcome.error();
  if (const auto code = failure.api_code()) {
    return "api_error code=" + std::to_string(static_cast<int>(*code));
  }
  std::string name{to_string(*failure.code())};
  std::replace(name.begin(), name.end(), ' ', '_');
  std::string effect{to_string(failure.effect())};
  std::replace(effect.begin(), effect.end(), ' ', '_');
  return name + " effect=" + effect;
}

// The allow-list for the log of an attempt: names and numbers of this library only, no parameters
// and no text from the server.
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

// A short cause: `connection refused`, `HTTP 502`.
std::string cause_of(const error& failure) {
  if (failure == errc::http_status) return "HTTP " + std::to_string(failure.http_status());
  std::string cause{to_string(*failure.code())};
  if (failure.http_status() != 0) cause += " (HTTP " + std::to_string(failure.http_status()) + ")";
  return cause;
}

// VK refused some calls of an `execute` script. Which callers they belong to is unknown here.
void note_quotas_in(const call_context& context, const reply& answer) {
  const auto& limiter = context.state->limiter();
  if (!limiter) return;
  for (const auto& inner : answer.execute_errors()) {
    limiter_question of_call;
    of_call.method = inner.method();
    of_call.kind = context.state->token_kind().value_or(token_kind::user);
    if (const auto code = inner.api_code()) limiter->note(context.token, of_call, *code);
  }
}

// Reports the outcome of the attempt to the limiter, the quotas and the circuit breaker.
void settle(call_context& context, const request& request, const result<reply>& outcome,
            limiter_turn& turn, endpoint_pass& passed, time_point now) {
  context.refused = false;
  if (outcome) {
    note_quotas_in(context, *outcome);
    turn.settle(limiter_answer::counted, now);
    return passed.settle(breaker_outcome::good, now);
  }
  const auto& failure = outcome.error();
  if (const auto code = failure.api_code()) {
    context.refused = *code == api_errc::too_many_requests_per_second;
    note_quota(*context.state, context.token, request, failure);
    turn.settle(context.refused ? limiter_answer::refused : limiter_answer::counted, now);
    return passed.settle(breaker_outcome::good, now);
  }
  // An HTTP error may come from a server in front of VK's rate counter.
  turn.settle(
      failure.effect() == request_effect::not_sent ? limiter_answer::unsent : limiter_answer::lost,
      now);
  const bool bad = failure.is_transient();
  passed.settle(bad ? breaker_outcome::bad : breaker_outcome::undecided, now,
                bad ? cause_of(failure) : std::string{});
}

}  // namespace

result<void> check_request(const request& request) {
  if (!is_method_name(request.method())) {
    return error{
        errc::invalid_argument, request_effect::not_sent,
        "`" + request.method() +
            "` is not a method's name: expected letters, digits, `_` and `.`, as in `users.get`"};
  }
  if (request.access_token() && !fits_into_header(request.access_token()->expose())) {
    return error{errc::invalid_argument, request_effect::not_sent,
                 "the access token of the call holds a character that no token has (a space or a "
                 "line break, perhaps)"};
  }
  return request.parameters().validate();
}

std::optional<error> use_token(call_context& context, result<secret> token) {
  // Whatever the effect of the source's own requests, this request was not sent.
  if (!token) return token.error().set_effect(request_effect::not_sent);
  if (!fits_into_header(token->expose())) {
    return error{errc::invalid_argument, request_effect::not_sent,
                 "the access token holds a character that no token has (a space or a line "
                 "break, perhaps)"};
  }
  if (!context.token.empty() && !(context.token == *token)) {
    context.with_extras().earlier_tokens.push_back(context.token);
  }
  context.token = std::move(*token);
  return std::nullopt;
}

limiter_question question_of(const call_context& context, const request& request) {
  auto question = quota_question(*context.state, request);
  question.priority = context.priority;
  question.caller = context.extras ? context.extras->fair_share_of : 0;
  question.deadline = context.deadline;
  question.again = context.refused;
  return question;
}

std::optional<error> quota_refusal(const call_state& state, const secret& token,
                                   const request& request) {
  const auto& limiter = state.limiter();
  return limiter ? limiter->blocked(token, quota_question(state, request)) : std::nullopt;
}

void note_quota(const call_state& state, const secret& token, const request& request,
                const error& failure) {
  const auto code = failure.api_code();
  const auto& limiter = state.limiter();
  if (code && limiter) limiter->note(token, quota_question(state, request), *code);
}

attempt::attempt(call_context& context, request& request, limiter_turn turn)
    : context_{context},
      request_{request},
      number_{++context.attempts},
      started_{context.state->time()->now()},
      turn_{std::move(turn)} {
  if (const auto& log = context.state->log(); log.wants(log_level::debug)) {
    log.write(log_level::debug,
              "method=" + request.method() + " attempt=" + std::to_string(number_) + " sending");
  }
}

std::optional<error> attempt::check_circuit() {
  auto passed = context_.state->guard().pass(started_);
  if (!passed) return passed.error();
  passed_.emplace(std::move(*passed));
  return std::nullopt;
}

asio::awaitable<result<http::response>> attempt::exchange(
    const std::shared_ptr<call_context>& context) {
  turn_.leaves();
  context_.enter_phase(call_phase::at_vk, started_);
  under_way_.emplace(context_.state->counters());
  writes_ = idempotency_of(context_, request_) != call_idempotency::read_only;
  return detail::exchange(context, request_, writes_, number_);
}

answer_facts attempt::facts() const {
  return {context_.attempts, writes_, secrets_of(context_, request_), context_.decoder};
}

result<reply> attempt::end(result<http::response> answer) {
  if (!answer) {
    auto failure = answer.error();
    // A middleware cannot undo what VK was seen to do: it may make an error of VK's answer.
    if (!context_.state->settings().around_attempt().empty())
      failure.set_effect(stronger(failure.effect(), context_.effect.now()));
    return end_with(std::move(failure));
  }
  keep_captcha_cookie(context_, *answer);
  return end_with(read_answer(request_.method(), std::move(*answer), facts()));
}

namespace {

// Input and output of the job on the other thread.
struct reading_job {
  reading_job(std::string called, http::response received, answer_facts known)
      : method{std::move(called)}, answer{std::move(received)}, facts{std::move(known)} {}

  void run() noexcept {
    try {
      outcome.emplace(read_answer(method, std::move(answer), std::move(facts)));
    } catch (...) {
      failure = std::current_exception();
    }
  }

  std::string method;
  http::response answer;
  answer_facts facts;
  std::optional<result<reply>> outcome;
  std::exception_ptr failure;
};

}  // namespace

asio::awaitable<result<reply>> attempt::end_on(std::shared_ptr<caller_thread> caller,
                                               http::response answer) {
  keep_captcha_cookie(context_, answer);
  auto job = std::make_shared<reading_job>(request_.method(), std::move(answer), facts());
  std::function<void()> work = [job] { job->run(); };
  auto running = caller_thread::run(std::move(caller), std::move(work));
  co_await std::move(running);
  if (job->failure) std::rethrow_exception(job->failure);
  co_return end_with(*std::move(job->outcome));
}

result<reply> attempt::end_with(result<reply> outcome) {
  const auto now = context_.state->time()->now();
  settle(context_, request_, outcome, turn_, *passed_, now);
  context_.state->counters().attempted(now - started_);
  if (outcome || outcome.error() != errc::deadline_exceeded) {
    context_.enter_phase(call_phase::elsewhere, now);
  }
  context_.effect.ended(outcome ? request_effect::executed : outcome.error().effect());
  publish_effect(context_);
  log_attempt(context_, request_.method(), number_, now - started_, outcome);
  return outcome;
}

}  // namespace vkxx::detail
