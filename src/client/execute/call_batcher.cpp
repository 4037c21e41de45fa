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
#include "client/pipeline/call_runner.hpp"
#include "client/request/call_nature.hpp"
#include "core/async/with_deadline.hpp"

namespace vkxx::detail {
namespace {

// More than the name and the values of a call take in a script when nothing needs an escape.
constexpr std::size_t code_around_a_call = 16;
constexpr std::size_t code_around_a_value = 6;

std::size_t code_length(const request& what) {
  auto length = what.method().size() + code_around_a_call;
  for (const auto& one : what.parameters().entries()) {
    if (one.text) length += one.name.size() + one.text->size() + code_around_a_value;
  }
  return length;
}

std::size_t number_of(const secret& token) {
  return std::hash<std::string>{}(token.expose());
}

request without_token(const request& what) {
  request plain{what.method()};
  plain.parameters() = what.parameters();
  return plain;
}

// An error of `execute` itself after which each call is sent by itself: none was executed.
bool parts_the_batch(const error& failure) {
  return failure == api_errc::execute_compile_error || failure.token_is_dead() ||
         failure == errc::method_blocked || failure == api_errc::flood ||
         failure == api_errc::rate_limit;
}

error of_method(const error& failure, const std::string& method) {
  auto made = failure;
  made.set_method(method);
  return made;
}

}  // namespace

// What a batch is on its way with.
struct call_batcher::journey {
  std::shared_ptr<call_state> state;
  lane_key lane;
  secret token;
  // The half of a load that was too big as a whole.
  std::optional<load> given;
  load taken;
  std::vector<request> calls;
  std::shared_ptr<batch_effect> effect;
  bool loaded = false;
};

call_batcher::call_batcher(asio::any_io_executor executor, const batching& settings)
    : executor_{std::move(executor)}, settings_{settings} {}

std::optional<secret> call_batcher::token_for(const call_context& context,
                                              const request& what) const {
  std::optional<secret> token =
      what.access_token() ? what.access_token() : context.state->tokens().ready(what);
  if (!token || token->empty()) return std::nullopt;
  const std::lock_guard lock{mutex_};
  const bool alone =
      std::find(refused_.begin(), refused_.end(), number_of(*token)) != refused_.end();
  return alone ? std::nullopt : token;
}

bool call_batcher::takes(const call_context& context, const request& what) const {
  if (!may_be_batched(what.method())) return false;
  const auto& common = context.state->common();
  const auto& entries = what.parameters().entries();
  const bool own = std::any_of(entries.begin(), entries.end(),
                               [&](const auto& one) { return common.mentions(one.name); });
  if (own) return false;
  return (what.access_token() ? execute_fault(without_token(what)) : execute_fault(what)).empty();
}

asio::awaitable<call_batcher::told> call_batcher::call(std::shared_ptr<call_batcher> batcher,
                                                       const call_context& context,
                                                       const request& what, secret token) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(told)>(
      // A copy: once the call is parked, another thread may resume and end the coroutine.
      [](auto handler, std::shared_ptr<call_batcher> home, const call_context* of,
         const request* wanted, secret with) {
        const asio::any_io_executor where = asio::get_associated_executor(handler);
        const auto slot = asio::get_associated_cancellation_slot(handler);
        home->start(*of, *wanted, std::move(with), told_handler{where, std::move(handler)}, slot);
      },
      asio::use_awaitable, std::move(batcher), &context, &what, std::move(token));
}

void call_batcher::start(const call_context& context, const request& what, secret token,
                         told_handler handler, asio::cancellation_slot slot) {
  const auto nature = nature_of(context, what);
  // Harmless to repeat, or not: the two do not travel together.
  const auto together = nature == call_nature::write ? call_nature::write : call_nature::keyed;
  const lane_key key{number_of(token), together, context.priority};
  std::string equal;
  if (settings_.join_equal_reads() && nature == call_nature::read) {
    equal = what.method() + '?' + what.parameters().form();
  }
  const auto length = code_length(what);
  const std::lock_guard lock{mutex_};
  batch_rules rules;
  rules.most_calls = std::clamp<std::size_t>(settings_.max_calls(), 1, most_execute_calls);
  rules.longest_code = settings_.max_code();
  auto& in = lanes_.try_emplace(key, rules).first->second;
  in.token = std::move(token);
  const auto ticket = ++last_ticket_;
  const auto arrival = in.machine.arrive(ticket, equal, length);
  if (!arrival.joined) in.requests.emplace(arrival.which, without_token(what));
  waiting_.emplace(ticket, waiting{key, arrival.which, std::move(handler)});
  if (arrival.new_carrier) set_out(context.state, key, std::nullopt);
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
      news.effect = sent->second->now();
      news.attempts = sent->second->attempts();
    }
    if (in->second.machine.give_up(ticket)) in->second.requests.erase(found.mapped().item);
  }
  found.mapped().handler.complete(std::move(news));
}

void call_batcher::set_out(const std::shared_ptr<call_state>& state, const lane_key& where,
                           std::optional<load> given, request_effect before) {
  const auto& in = lanes_.at(where);
  auto way = std::make_shared<journey>();
  way->state = state;
  way->lane = where;
  way->token = in.token;
  way->given = std::move(given);
  way->effect = std::make_shared<batch_effect>(before);
  auto travelling = travel(shared_from_this(), std::move(way));
  asio::co_spawn(executor_, std::move(travelling), asio::detached);
}

asio::awaitable<void> call_batcher::travel(std::shared_ptr<call_batcher> self,
                                           std::shared_ptr<journey> way) {
  // Whoever sends a batch out holds the lock; on the executor's own thread this would go on at
  // once.
  const auto executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, asio::use_awaitable);
  const auto time = way->state->time();
  if (!way->given && self->settings_.linger() > duration::zero()) {
    auto lingering = wait_until(*time, time->now() + self->settings_.linger());
    static_cast<void>(co_await std::move(lingering));
  }
  request what{"execute"};
  what.access_token(way->token);
  call_options options;
  options.priority(way->lane.priority);
  late_request late;
  late.nature = way->lane.nature;
  late.prepare = [self, way](request& into) { return self->fill(*way, into); };
  auto running =
      run_prepared(way->state, std::move(what), std::move(options), std::move(late), way->effect);
  const auto answer = co_await std::move(running);
  self->arrived(way, answer);
}

bool call_batcher::fill(journey& way, request& into) {
  const std::lock_guard lock{mutex_};
  auto& in = lanes_.at(way.lane);
  way.loaded = true;
  if (way.given) {
    way.taken = *way.given;
  } else {
    way.taken = in.machine.load();
    if (in.machine.needs_carrier()) set_out(way.state, way.lane, std::nullopt);
  }
  take_calls(in, way);
  if (way.calls.empty()) return false;
  into.set("code", execute_code(way.calls).value());
  way.state->counters().batched(way.calls.size());
  return true;
}

void call_batcher::take_calls(lane& in, journey& way) {
  way.calls.reserve(way.taken.size());
  for (const auto which : way.taken) {
    way.calls.push_back(std::move(in.requests.at(which)));
    in.effects[which] = way.effect;
  }
}

void call_batcher::split(lane& in, journey& way) {
  for (std::size_t i = 0; i < way.taken.size(); ++i) {
    in.requests.at(way.taken[i]) = std::move(way.calls[i]);
  }
  const auto middle = way.taken.begin() + static_cast<std::ptrdiff_t>(way.taken.size() / 2);
  const auto before = way.effect->now();
  set_out(way.state, way.lane, load(way.taken.begin(), middle), before);
  set_out(way.state, way.lane, load(middle, way.taken.end()), before);
}

// What the answer of a batch means for each of its calls.
std::vector<call_batcher::told> call_batcher::outcomes(const journey& way,
                                                       const result<reply>& answer) {
  std::vector<told> all(way.calls.size());
  const bool repeatable = way.lane.nature != call_nature::write;
  for (auto& news : all) {
    news.attempts = way.effect->attempts();
    news.effect = answer ? way.effect->earlier() : way.effect->now();
  }
  if (!answer) {
    const auto& failure = answer.error();
    const bool too_big = failure == api_errc::execute_runtime_error && repeatable;
    if (too_big || parts_the_batch(failure)) return all;
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i].outcome.emplace(of_method(failure, way.calls[i].method()));
    }
    return all;
  }
  auto read = read_execute(way.calls, answer);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!read[i]) note_quota(*way.state, way.token, way.calls[i], read[i].error());
    if (!read[i] && goes_alone(way, read[i].error())) {
      all[i].effect = stronger(all[i].effect, read[i].error().effect());
      continue;
    }
    all[i].outcome.emplace(std::move(read[i]));
  }
  return all;
}

// Errors that a call by itself would not just hand to its caller.
bool call_batcher::goes_alone(const journey& way, const error& failure) {
  if (failure.effect() == request_effect::unknown) return way.lane.nature != call_nature::write;
  if (failed_try::of(failure).over_the_limit || failure.token_is_dead()) return true;
  const auto code = failure.api_code();
  if (!code) return false;
  const auto hooks = way.state->current_hooks();
  const auto asked = challenge::from(failure);
  return hooks->handlers.contains(*code) || static_cast<bool>(hooks->any_handler) ||
         (asked && asked->can_be_answered() && hooks->for_kind(asked->kind()));
}

void call_batcher::arrived(const std::shared_ptr<journey>& way, const result<reply>& answer) {
  const std::lock_guard lock{mutex_};
  const auto home = lanes_.find(way->lane);
  // It took nothing, and all others are done.
  if (home == lanes_.end()) return;
  auto& in = home->second;
  if (!way->loaded && !way->given) {
    // It never got so far: those whom it would have taken hear why.
    way->taken = in.machine.load();
    if (in.machine.needs_carrier()) set_out(way->state, way->lane, std::nullopt);
  } else if (!way->loaded) {
    way->taken = *way->given;
  }
  if (way->calls.empty()) take_calls(in, *way);
  const bool refused = !answer && answer.error() == api_errc::application_authorization_failed;
  if (refused) refused_.push_back(number_of(way->token));
  const bool too_big = !answer && answer.error() == api_errc::execute_runtime_error &&
                       way->lane.nature != call_nature::write;
  if (too_big && way->taken.size() > 1) return split(in, *way);
  const auto all = outcomes(*way, answer);
  for (std::size_t i = 0; i < all.size(); ++i) settle(in, way->taken[i], all[i]);
  if (in.machine.idle()) lanes_.erase(way->lane);
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
