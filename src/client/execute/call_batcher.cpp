#include "client/execute/call_batcher.hpp"

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <functional>
#include <utility>

#include "client/execute/execute_code.hpp"
#include "client/pipeline/attempt.hpp"
#include "client/pipeline/run_call.hpp"
#include "client/request/call_idempotency.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {
namespace {

// An upper bound for the code of a call beside its name and values, if nothing needs an escape.
constexpr std::size_t code_around_a_call = 16;
constexpr std::size_t code_around_a_value = 6;

std::size_t code_length(const request& request) {
  auto length = request.method().size() + code_around_a_call;
  for (const auto& entry : request.parameters().entries()) {
    if (entry.text) length += entry.name.size() + entry.text->size() + code_around_a_value;
  }
  return length;
}

std::size_t number_of(const secret& token) {
  return std::hash<std::string>{}(token.expose());
}

request without_token(const request& call_request) {
  request plain{call_request.method()};
  plain.parameters() = call_request.parameters();
  return plain;
}

// Whether `execute` itself failed with an error after which each call is sent by itself. No call
// was executed.
bool parts_the_batch(const error& failure) {
  return failure == api_errc::execute_compile_error || failure.token_is_dead() ||
         failure == errc::method_blocked || failure == api_errc::flood ||
         failure == api_errc::rate_limit;
}

// A script that was executed does not show whether a call in it was, if the answer to that call is
// missing.
request_effect of_one_call(request_effect of_script) noexcept {
  return std::min(of_script, request_effect::unknown);
}

error of_method(const error& failure, const std::string& method) {
  auto copy = failure;
  copy.set_method(method);
  return copy;
}

// `permit`: null if its call is gone.
std::optional<error> obstacle_of(const std::shared_ptr<const run_permit>& permit) {
  if (permit) return permit->obstacle();
  return error{errc::cancelled, request_effect::not_sent, "the call has gone with its context"};
}

}  // namespace

// One batch from its start to its answer.
struct call_batcher::batch_run {
  std::shared_ptr<call_state> state;
  lane_key lane;
  secret token;
  // Half of a load that was too large.
  std::optional<load> given;
  load taken;
  std::vector<request> calls;
  std::shared_ptr<batch_effect> effect;
  bool loaded = false;
};

call_batcher::call_batcher(asio::any_io_executor executor, const batching& settings)
    : executor_{std::move(executor)}, settings_{settings} {}

std::optional<secret> call_batcher::token_for(const call_context& context,
                                              const request& request) const {
  std::optional<secret> token =
      request.access_token() ? request.access_token() : context.state->tokens().ready(request);
  if (!token || token->empty()) return std::nullopt;
  const std::lock_guard lock{mutex_};
  const bool alone =
      std::find(refused_.begin(), refused_.end(), number_of(*token)) != refused_.end();
  return alone ? std::nullopt : token;
}

bool call_batcher::takes(const call_context& context, const request& request) const {
  if (!may_be_batched(request.method())) return false;
  const auto& common = context.state->common();
  const auto& entries = request.parameters().entries();
  const bool own = std::any_of(entries.begin(), entries.end(),
                               [&](const auto& entry) { return common.mentions(entry.name); });
  if (own) return false;
  return (request.access_token() ? check_scripted(without_token(request)) : check_scripted(request))
      .has_value();
}

asio::awaitable<call_batcher::told> call_batcher::call(std::shared_ptr<call_batcher> batcher,
                                                       const call_context& context,
                                                       const request& call_request, secret token) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(told)>(
      // A copy: once the call is parked, another thread may resume and end the coroutine.
      [](auto handler, std::shared_ptr<call_batcher> home, const call_context* of,
         const request* wanted, secret used_token) {
        const asio::any_io_executor where = asio::get_associated_executor(handler);
        const auto slot = asio::get_associated_cancellation_slot(handler);
        home->start(*of, *wanted, std::move(used_token), told_handler{where, std::move(handler)},
                    slot);
      },
      asio::use_awaitable, std::move(batcher), &context, &call_request, std::move(token));
}

void call_batcher::start(const call_context& context, const request& request, secret token,
                         told_handler handler, asio::cancellation_slot slot) {
  const auto idempotency = idempotency_of(context, request);
  // Idempotent and other calls never share a batch.
  const auto together = idempotency == call_idempotency::not_idempotent
                            ? call_idempotency::not_idempotent
                            : call_idempotency::idempotent;
  const lane_key key{number_of(token), together, context.priority};
  std::string equal;
  if (settings_.join_equal_reads() && idempotency == call_idempotency::read_only) {
    equal = request.method() + '?' + request.parameters().form();
  }
  const auto length = code_length(request);
  const std::lock_guard lock{mutex_};
  batch_rules rules;
  rules.most_calls = std::clamp<std::size_t>(settings_.max_calls(), 1, most_execute_calls);
  rules.longest_code = settings_.max_code();
  auto& in = lanes_.try_emplace(key, rules).first->second;
  in.token = std::move(token);
  const auto ticket = ++last_ticket_;
  const auto arrival = in.machine.arrive(ticket, equal, length);
  if (!arrival.joined) in.requests.emplace(arrival.which, without_token(request));
  const auto permit = context.extras ? context.extras->permit : nullptr;
  waiting_.emplace(ticket,
                   waiting{key, arrival.which, std::move(handler), permit != nullptr, permit});
  if (arrival.new_batch) start_batch(context.state, key, std::nullopt);
  if (slot.is_connected()) {
    slot.assign([batcher = weak_from_this(), ticket](asio::cancellation_type) {
      if (const auto alive = batcher.lock()) alive->cancel(ticket);
    });
  }
}

void call_batcher::cancel(std::uint64_t ticket) noexcept {
  const std::lock_guard lock{mutex_};
  auto found = waiting_.extract(ticket);
  if (found.empty()) return;
  told news;
  news.cancelled = true;
  if (const auto in = lanes_.find(found.mapped().lane); in != lanes_.end()) {
    const auto& under_way = in->second.effects;
    if (const auto sent = under_way.find(found.mapped().item); sent != under_way.end()) {
      news.effect = of_one_call(sent->second->now());
      news.attempts = sent->second->attempts();
    }
    if (in->second.machine.give_up(ticket)) in->second.requests.erase(found.mapped().item);
  }
  found.mapped().handler.complete(std::move(news));
}

void call_batcher::start_batch(const std::shared_ptr<call_state>& state, const lane_key& where,
                               std::optional<load> given, request_effect before) {
  const auto& in = lanes_.at(where);
  auto run = std::make_shared<batch_run>();
  run->state = state;
  run->lane = where;
  run->token = in.token;
  run->given = std::move(given);
  run->effect = std::make_shared<batch_effect>(before);
  auto running = run_batch(shared_from_this(), std::move(run));
  asio::co_spawn(executor_, std::move(running), asio::detached);
}

// Nobody awaits it: what it throws would be lost, and its calls would wait for ever.
asio::awaitable<void> call_batcher::run_batch(std::shared_ptr<call_batcher> self,
                                              std::shared_ptr<batch_run> run) {
  try {
    auto carrying = carry_out(self, run);
    co_await std::move(carrying);
  } catch (...) {
    self->broke(*run);
  }
}

asio::awaitable<void> call_batcher::carry_out(std::shared_ptr<call_batcher> self,
                                              std::shared_ptr<batch_run> run) {
  // The caller holds the lock, and on the executor's own thread this would continue at once.
  const auto executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, asio::use_awaitable);
  const auto time = run->state->time();
  if (!run->given && self->settings_.linger() > duration::zero()) {
    auto lingering = wait_until(*time, time->now() + self->settings_.linger());
    static_cast<void>(co_await std::move(lingering));
  }
  request call_request{"execute"};
  call_request.access_token(run->token);
  call_options options;
  options.priority(run->lane.priority);
  batch_contents contents;
  contents.idempotency = run->lane.idempotency;
  contents.fill = [self, run](request& into) { return self->fill(*run, into); };
  auto running = detail::run_batch(run->state, std::move(call_request), std::move(options),
                                   std::move(contents), run->effect);
  const auto answer = co_await std::move(running);
  self->arrived(run, answer);
}

bool call_batcher::fill(batch_run& run, request& into) {
  const std::lock_guard lock{mutex_};
  const auto home = lanes_.find(run.lane);
  // All of its calls have left, and a middleware sends it once more.
  if (home == lanes_.end()) return false;
  auto& in = home->second;
  const bool first = !run.loaded;
  if (first) load_calls(in, run);
  refuse_calls(in, run);
  drop_unwanted(in, run);
  if (run.calls.empty()) return false;
  // Each time: a middleware that retries sends the request without the script.
  into.set("code", execute_code(run.calls).value());
  if (first) run.state->counters().batched(run.calls.size());
  return true;
}

void call_batcher::load_calls(lane& in, batch_run& run) {
  run.loaded = true;
  if (run.given) {
    run.taken = *run.given;
  } else {
    run.taken = in.machine.load();
    if (in.machine.needs_batch()) start_batch(run.state, run.lane, std::nullopt);
  }
  take_calls(in, run);
}

// A call by itself asks its permit at the same moment. Of equal calls only those end whose own has
// ended.
void call_batcher::refuse_calls(lane& in, const batch_run& run) {
  for (std::size_t i = 0; i < run.taken.size(); ++i) {
    for (const auto ticket : in.machine.callers(run.taken[i])) {
      const auto caller = waiting_.find(ticket);
      if (caller == waiting_.end() || !caller->second.has_permit) continue;
      const auto why = obstacle_of(caller->second.permit.lock());
      if (!why) continue;
      const auto refused = waiting_.extract(caller);
      static_cast<void>(in.machine.give_up(ticket));
      told news;
      news.effect = of_one_call(run.effect->now());
      news.attempts = run.effect->attempts();
      news.outcome.emplace(of_method(*why, run.calls[i].method()));
      refused.mapped().handler.complete(std::move(news));
    }
  }
}

void call_batcher::drop_unwanted(lane& in, batch_run& run) {
  load taken;
  std::vector<request> calls;
  for (std::size_t i = 0; i < run.taken.size(); ++i) {
    const auto which = run.taken[i];
    if (in.machine.is_wanted(which)) {
      taken.push_back(which);
      calls.push_back(std::move(run.calls[i]));
      continue;
    }
    static_cast<void>(in.machine.settle(which));
    in.requests.erase(which);
    in.effects.erase(which);
  }
  run.taken = std::move(taken);
  run.calls = std::move(calls);
}

void call_batcher::take_calls(lane& in, batch_run& run) {
  run.calls.reserve(run.taken.size());
  for (const auto which : run.taken) {
    run.calls.push_back(std::move(in.requests.at(which)));
    in.effects[which] = run.effect;
  }
}

void call_batcher::broke(batch_run& run) noexcept {
  told news;
  news.effect = of_one_call(run.effect->now());
  news.attempts = run.effect->attempts();
  news.failure = std::current_exception();
  try {
    const std::lock_guard lock{mutex_};
    const auto home = lanes_.find(run.lane);
    if (home == lanes_.end()) return;
    auto& in = home->second;
    if (run.taken.empty()) run.taken = run.given ? *run.given : in.machine.load();
    for (const auto which : run.taken) settle(in, which, news);
    if (in.machine.needs_batch()) start_batch(run.state, run.lane, std::nullopt);
    if (in.machine.idle()) lanes_.erase(home);
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
    // No memory even for this: the calls end with their own deadlines or cancellation.
  }
}

void call_batcher::split(lane& in, batch_run& run) {
  for (std::size_t i = 0; i < run.taken.size(); ++i) {
    in.requests.at(run.taken[i]) = std::move(run.calls[i]);
  }
  const auto middle = run.taken.begin() + static_cast<std::ptrdiff_t>(run.taken.size() / 2);
  const auto before = run.effect->now();
  start_batch(run.state, run.lane, load(run.taken.begin(), middle), before);
  start_batch(run.state, run.lane, load(middle, run.taken.end()), before);
}

// Splits the answer of a batch into the outcomes of its calls.
std::vector<call_batcher::told> call_batcher::outcomes(const batch_run& run,
                                                       const result<reply>& answer) {
  std::vector<told> all(run.calls.size());
  const bool repeatable = run.lane.idempotency != call_idempotency::not_idempotent;
  for (auto& news : all) {
    news.attempts = run.effect->attempts();
    news.effect = of_one_call(answer ? run.effect->earlier() : run.effect->now());
  }
  if (!answer) {
    const auto& failure = answer.error();
    const bool too_big = failure == api_errc::execute_runtime_error && repeatable;
    if (too_big || parts_the_batch(failure)) return all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto of_call = of_method(failure, run.calls[i].method());
      of_call.set_effect(of_one_call(failure.effect()));
      all[i].outcome.emplace(std::move(of_call));
    }
    return all;
  }
  auto read = read_execute(run.calls, answer);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!read[i]) note_quota(*run.state, run.token, run.calls[i], read[i].error());
    if (!read[i] && goes_alone(run, read[i].error())) {
      all[i].effect = stronger(all[i].effect, read[i].error().effect());
      continue;
    }
    all[i].outcome.emplace(std::move(read[i]));
  }
  return all;
}

// Whether a call sent by itself would handle the error rather than return it to its caller.
bool call_batcher::goes_alone(const batch_run& run, const error& failure) {
  if (failure.effect() == request_effect::unknown)
    return run.lane.idempotency != call_idempotency::not_idempotent;
  if (failed_attempt::of(failure).over_the_limit || failure.token_is_dead()) return true;
  const auto code = failure.api_code();
  if (!code) return false;
  const auto hooks = run.state->current_hooks();
  const auto pending = challenge::from(failure);
  return hooks->handlers.contains(*code) || static_cast<bool>(hooks->any_handler) ||
         (pending && pending->can_be_answered() && hooks->for_kind(pending->kind()));
}

void call_batcher::arrived(const std::shared_ptr<batch_run>& run, const result<reply>& answer) {
  const std::lock_guard lock{mutex_};
  const auto home = lanes_.find(run->lane);
  // The batch took nothing, and all other batches are done.
  if (home == lanes_.end()) return;
  auto& in = home->second;
  if (!run->loaded && !run->given) {
    // The batch failed before it took its load. The calls it would have taken fail with its error.
    run->taken = in.machine.load();
    if (in.machine.needs_batch()) start_batch(run->state, run->lane, std::nullopt);
  } else if (!run->loaded) {
    run->taken = *run->given;
  }
  if (run->calls.empty()) take_calls(in, *run);
  const bool refused = !answer && answer.error() == api_errc::application_authorization_failed;
  if (refused) refused_.push_back(number_of(run->token));
  const bool too_big = !answer && answer.error() == api_errc::execute_runtime_error &&
                       run->lane.idempotency != call_idempotency::not_idempotent;
  if (too_big && run->taken.size() > 1) return split(in, *run);
  const auto all = outcomes(*run, answer);
  for (std::size_t i = 0; i < all.size(); ++i) settle(in, run->taken[i], all[i]);
  if (in.machine.idle()) lanes_.erase(run->lane);
}

void call_batcher::settle(lane& in, batch_machine::item which, const told& news) {
  in.requests.erase(which);
  in.effects.erase(which);
  for (const auto ticket : in.machine.settle(which)) {
    auto found = waiting_.extract(ticket);
    if (!found.empty()) found.mapped().handler.complete(told{news});
  }
}

}  // namespace vkxx::detail
