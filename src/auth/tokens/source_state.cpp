#include "auth/tokens/source_state.hpp"

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <utility>
#include <vkxx/http/transport.hpp>

#include "auth/tokens/unsaved_tokens.hpp"
#include "core/async/with_deadline.hpp"
#include "core/errors/thrown_text.hpp"

namespace vkxx::auth::detail {

using vkxx::detail::with_deadline;
namespace {

using namespace std::chrono_literals;

// How long before its expiry a token is refreshed, so that no call meets the expiry on its way. For
// a short-lived token this is a tenth of its life; otherwise every call would refresh it.
duration refresh_margin(const access_token& token) {
  constexpr duration most = 60s;
  if (!token.expires_at || !token.obtained_at) return most;
  const auto tenth = (*token.expires_at - *token.obtained_at) / 10;
  return std::clamp<duration>(std::chrono::duration_cast<duration>(tenth), 0s, most);
}

// Whether both are the same token. Ignores the other members: a store may lose or round them.
bool same_token(const access_token& left, const access_token& right) {
  return left.text == right.text && left.communities == right.communities &&
         left.refresh_token == right.refresh_token;
}

// The pause between attempts to lock the store for a refresh while another process holds the lock,
// and their total time.
constexpr auto lock_pause = 50ms;
constexpr auto lock_timeout = 60s;
// How long a call waits for the refresh of a token that is still valid.
constexpr auto early_refresh_wait = 3s;
// How long a still valid token is used before its refresh is retried.
constexpr auto refresh_pause = 10s;
// The pause before a rejected token is saved again. At first every call tries.
constexpr int eager_saves = 5;
constexpr duration first_save_pause = 100ms;
constexpr duration longest_save_pause = 30s;
// The time of a refresh beyond its HTTP exchange.
constexpr auto time_to_store = 5s;

duration save_pause(int failures) {
  if (failures <= eager_saves) return duration{};
  return std::min(first_save_pause * (1 << std::min(failures - eager_saves - 1, 20)),
                  longest_save_pause);
}

error not_refreshed(const error& cause) {
  const auto code = cause == errc::cancelled ? errc::cancelled : errc::authorization_failed;
  return {code, request_effect::not_sent,
          "the token was not refreshed, and its refresh token is not spent: " + cause.message()};
}

// Names the token's profile in a warning.
std::string shown_profile(const source_options& options) {
  return "the token of the profile `" + options.profile() + "`";
}

}  // namespace

source_state::source_state(std::shared_ptr<const flow> flow, source_options options)
    : flow_{std::move(flow)}, options_{std::move(options)}, current_{options_.token()} {}

source_state::~source_state() {
  if (!unsaved_) return;
  warned_ = true;
  if (offer_unsaved(log_)) return;
  try {
    unsaved_tokens::of(*options_.store()).put(options_.profile(), {*current_, stored_});
  } catch (...) {  // NOLINT(bugprone-empty-catch): the log says what is lost
  }
  log_.write(
      log_level::error,
      shown_profile(options_) +
          " could not be stored, and what the store holds is spent: unless a source over the same "
          "store object saves it before the process ends, log in again");
}

std::optional<access_token> source_state::ready() const {
  {
    const std::lock_guard lock{mutex_};
    if (unsaved_ && std::chrono::steady_clock::now() >= save_again_at_) return std::nullopt;
  }
  return usable();
}

// Returns the token if it is neither refused nor due for refresh.
std::optional<access_token> source_state::usable() const {
  const std::lock_guard lock{mutex_};
  if (!current_ || refused_) return std::nullopt;
  const auto now = std::chrono::steady_clock::now();
  const bool early = flow_->refreshable(*current_) && now >= refresh_again_at_;
  const auto margin = early ? refresh_margin(*current_) : duration{};
  if (current_->expired(options_.wall_clock()() + margin)) return std::nullopt;
  return current_;
}

std::optional<access_token> source_state::still_good() const {
  const std::lock_guard lock{mutex_};
  if (!current_ || refused_ || current_->expired(options_.wall_clock()())) return std::nullopt;
  return current_;
}

bool source_state::renewable() const {
  const std::lock_guard lock{mutex_};
  return current_ && flow_->refreshable(*current_);
}

void source_state::refuse(const secret& dead) {
  const std::lock_guard lock{mutex_};
  if (current_ && current_->text == dead) refused_ = true;
}

result<void> source_state::replace(const secret& old, secret fresh) {
  {
    const std::lock_guard lock{mutex_};
    if (!current_) return {};
    if (!unsaved_) stored_ = current_;
    if (current_->text == old) current_->text = fresh;
    for (auto& [id, token] : current_->communities) {
      if (token == old) token = fresh;
    }
    // A validation returns only the token itself. The store receives it with the rest.
    if (!options_.store()) return {};
    unsaved_ = true;
    save_failures_ = 0;
    // The caller receives the error.
    warned_ = true;
  }
  if (auto fault = save_unsaved()) return std::move(*fault);
  return {};
}

std::optional<access_token> source_state::current() const {
  const std::lock_guard lock{mutex_};
  return current_;
}

// Reads the token of another process, or of an earlier run.
std::optional<error> source_state::read_store() {
  if (!options_.store()) return std::nullopt;
  auto loaded = options_.store()->load(options_.profile());
  const std::lock_guard lock{mutex_};
  // An unsaved token wins: the refresh token it came from may be spent.
  if (unsaved_) return std::nullopt;
  if (!loaded) return loaded.error();
  if (!*loaded || (current_ && same_token(*current_, **loaded))) return std::nullopt;
  current_ = std::move(**loaded);
  refused_ = false;
  refresh_again_at_ = moment::min();
  return std::nullopt;
}

void source_state::adopt_unsaved(std::unique_ptr<store_lock>& right, const logger& log) {
  if (!options_.store()) return;
  {
    // A token of its own that the store has yet to take comes first.
    const std::lock_guard lock{mutex_};
    if (unsaved_) return;
  }
  auto unsaved = unsaved_tokens::of(*options_.store()).take(options_.profile());
  if (!unsaved) return;
  if (!right) {
    if (auto taken = options_.store()->try_lock(options_.profile())) right = std::move(*taken);
  }
  {
    const std::lock_guard lock{mutex_};
    stored_ = std::move(unsaved->stored);
    current_ = std::move(unsaved->token);
    now_unsaved(std::move(right), log);
  }
  if (!offer_unsaved(log)) offer_later(log);
}

// With `mutex_` held: `current_` is new. Without a store there is nothing to save.
void source_state::now_unsaved(std::unique_ptr<store_lock> right, const logger& log) {
  refused_ = false;
  refresh_again_at_ = moment::min();
  if (!options_.store()) return;
  unsaved_ = true;
  save_failures_ = 0;
  warned_ = false;
  if (right) right_ = std::move(right);
  log_ = log;
}

access_token source_state::keep(access_token fresh, std::unique_ptr<store_lock> right,
                                const logger& log) {
  {
    const std::lock_guard lock{mutex_};
    if (!unsaved_) stored_ = std::exchange(current_, fresh);
    current_ = fresh;
    now_unsaved(std::move(right), log);
    if (!unsaved_) return fresh;
  }
  if (!offer_unsaved(log)) offer_later(log);
  return fresh;
}

std::optional<error> source_state::save_unsaved() {
  const std::lock_guard alone{saving_};
  std::optional<access_token> token;
  {
    const std::lock_guard lock{mutex_};
    if (!unsaved_) return std::nullopt;
    token = current_;
    // No other thread tries meanwhile.
    save_again_at_ = moment::max();
  }
  std::optional<error> fault;
  std::optional<access_token> newer;
  // A login may have replaced it.
  if (const auto there = options_.store()->load(options_.profile());
      there && *there && stored_ && !same_token(**there, *stored_)) {
    newer = **there;
  } else if (const auto saved = options_.store()->save(options_.profile(), *token); !saved) {
    fault = saved.error();
  }
  std::unique_ptr<store_lock> released;
  const std::lock_guard lock{mutex_};
  if (fault) {
    save_again_at_ = std::chrono::steady_clock::now() + save_pause(++save_failures_);
    return fault;
  }
  if (newer) current_ = std::move(newer);
  unsaved_ = false;
  stored_.reset();
  released = std::move(right_);
  return std::nullopt;
}

bool source_state::offer_unsaved(const logger& log) noexcept {
  std::string why;
  try {
    const auto fault = save_unsaved();
    if (!fault) return true;
    why = fault->message();
  } catch (...) {
    why = vkxx::detail::thrown_text();
    const std::lock_guard lock{mutex_};
    save_again_at_ = std::chrono::steady_clock::now() + longest_save_pause;
  }
  {
    const std::lock_guard lock{mutex_};
    if (std::exchange(warned_, true)) return false;
  }
  log.write(log_level::warning, shown_profile(options_) +
                                    " is new, used, and could not be stored; it is tried again as "
                                    "long as its source of tokens lives: " +
                                    why);
  return false;
}

void source_state::offer_later(const logger& log) noexcept {
  // The thread must not keep the source alive.
  const auto attempt = [alive = weak_from_this(), log]() -> std::optional<moment> {
    const auto self = alive.lock();
    if (!self || self->offer_unsaved(log)) return std::nullopt;
    const std::lock_guard lock{self->mutex_};
    return self->next_timed_save();
  };
  moment first;
  {
    const std::lock_guard lock{mutex_};
    first = next_timed_save();
  }
  timer_.start(first, attempt);
}

// The caller holds `mutex_`. Calls retry the store more eagerly at first.
source_state::moment source_state::next_timed_save() const {
  return std::chrono::steady_clock::now() + save_pause(std::max(save_failures_, eager_saves + 1));
}

// `failure` is empty if the refresh only takes long.
void source_state::refresh_failed(const std::optional<error>& failure) {
  const std::lock_guard lock{mutex_};
  // The refresh token may be spent, and a second use would end the session early.
  const bool in_doubt =
      failure && failure->effect() == request_effect::unknown && !failure->retryable();
  refresh_again_at_ = in_doubt ? moment::max() : std::chrono::steady_clock::now() + refresh_pause;
}

asio::awaitable<result<access_token>> source_state::acquire(
    std::shared_ptr<source_state> self, token_environment environment,
    std::shared_ptr<single_flight> refreshes, std::shared_ptr<refresh_worker> worker) {
  std::unique_ptr<store_lock> no_right;
  self->adopt_unsaved(no_right, environment.log);
  self->offer_unsaved(environment.log);
  auto fault = self->read_store();
  if (auto token = self->usable()) co_return std::move(*token);
  if (fault) {
    if (auto good = self->still_good()) co_return std::move(*good);
    co_return std::move(*fault);
  }
  const auto old = self->current();
  if (old && self->flow_->refreshable(*old)) {
    auto refreshing =
        refreshed(self, std::move(environment), std::move(refreshes), std::move(worker));
    co_return co_await std::move(refreshing);
  }
  const auto log = environment.log;
  auto logging_in = self->flow_->log_in(std::move(environment));
  auto fresh = co_await std::move(logging_in);
  if (!fresh) co_return fresh.error();
  co_return self->keep(std::move(*fresh), nullptr, log);
}

// Returns the refreshed token, or the current one if it is still valid and the refresh failed or
// takes long.
asio::awaitable<result<access_token>> source_state::refreshed(
    std::shared_ptr<source_state> self, token_environment environment,
    std::shared_ptr<single_flight> refreshes, std::shared_ptr<refresh_worker> worker) {
  for (;;) {
    single_flight::worker_work begun = [self, environment](refresh_worker::run& here) {
      return refresh(self, environment, &here);
    };
    const auto time = system_clock();
    const auto limit = self->still_good() ? time->now() + early_refresh_wait : no_deadline;
    auto joining = single_flight::join(refreshes, worker, std::move(begun));
    auto timed = with_deadline(time, limit, std::move(joining));
    auto got = co_await std::move(timed);
    // The previous refresh was cancelled with its source.
    if (got && !*got) continue;
    if (got && **got) co_return std::move(***got);
    self->refresh_failed(got ? std::optional{(*got)->error()} : std::nullopt);
    if (auto good = self->still_good()) {
      environment.log.write(log_level::warning,
                            "the access token is used though it ends soon: " +
                                (got ? (*got)->error().message() : "its refresh takes long"));
      co_return std::move(*good);
    }
    if (got) co_return (*got)->error();
  }
}

// Runs on the worker's event loop.
asio::awaitable<result<access_token>> source_state::refresh(std::shared_ptr<source_state> self,
                                                            token_environment environment,
                                                            refresh_worker::run* here) {
  std::unique_ptr<store_lock> right;
  if (self->options_.store()) {
    auto taking = take_right(self, environment.time);
    auto taken = co_await std::move(taking);
    if (!taken) co_return not_refreshed(taken.error());
    right = std::move(*taken);
    self->adopt_unsaved(right, environment.log);
    // Another process may have refreshed it first.
    if (auto fault = self->read_store()) co_return not_refreshed(*fault);
    if (auto token = self->usable()) co_return std::move(*token);
    const auto saveable =
        self->options_.store()->can_save(self->options_.profile(), *self->current());
    if (!saveable) co_return not_refreshed(saveable.error());
  }
  const auto log = environment.log;
  // The client may be destroyed, and its event loop with it.
  const auto executor = co_await asio::this_coro::executor;
  if (auto own = environment.transport->on(executor)) environment.transport = std::move(own);
  here->commit(environment.timeout + time_to_store);
  auto refreshing = self->flow_->refresh(*self->current(), std::move(environment));
  auto fresh = co_await std::move(refreshing);
  if (!fresh) co_return fresh.error();
  co_return self->keep(std::move(*fresh), std::move(right), log);
}

asio::awaitable<result<std::unique_ptr<store_lock>>> source_state::take_right(
    std::shared_ptr<source_state> self, std::shared_ptr<clock> time) {
  {
    const std::lock_guard lock{self->mutex_};
    if (self->right_) co_return std::move(self->right_);
  }
  const auto limit = time->now() + lock_timeout;
  for (;;) {
    auto lock = self->options_.store()->try_lock(self->options_.profile());
    if (!lock || *lock) co_return std::move(lock);
    if (time->now() >= limit) {
      co_return error{errc::authorization_failed, request_effect::not_sent,
                      "another process has been refreshing the token for a minute"};
    }
    const auto until = time->now() + lock_pause;
    auto waiting = wait_until(*time, until);
    if (co_await std::move(waiting)) {
      co_return error{errc::cancelled, request_effect::not_sent, "the refresh was cancelled"};
    }
  }
}

}  // namespace vkxx::auth::detail
