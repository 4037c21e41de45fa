#include <algorithm>
#include <charconv>
#include <mutex>
#include <utility>
#include <vkxx/auth/flow.hpp>

#include "auth/signature_errors.hpp"
#include "auth/single_flight.hpp"

namespace vkxx::auth {
namespace {

using namespace std::chrono_literals;

// A token is refreshed so long before its end, so that no call meets the end on its way; one of a
// short life a tenth of it before, or every call would refresh it.
duration refresh_margin(const access_token& token) {
  constexpr duration most = 60s;
  if (!token.expires_at || !token.obtained_at) return most;
  const auto tenth = (*token.expires_at - *token.obtained_at) / 10;
  return std::clamp<duration>(std::chrono::duration_cast<duration>(tenth), 0s, most);
}

// Whether nothing has come in the place of `left`. What else is known of a token may have been lost
// or rounded on the way through a store.
bool same_token(const access_token& left, const access_token& right) {
  return left.text == right.text && left.communities == right.communities &&
         left.refresh_token == right.refresh_token;
}

// How often, and how long, the right to refresh is asked for while another process has it.
constexpr auto lock_pause = 50ms;
constexpr auto lock_patience = 60s;

result<secret> text_for(const access_token& token, const request& call) {
  if (token.communities.empty()) return token.text;
  const auto wanted = call.parameters().find("group_id");
  if (!wanted) {
    const auto first = token.communities.find(token.first_community.value_or(0));
    return (first == token.communities.end() ? token.communities.begin() : first)->second;
  }
  std::int64_t id = 0;
  const auto* last = wanted->data() + wanted->size();
  const auto [end, fault] = std::from_chars(wanted->data(), last, id);
  const auto found = token.communities.find(id < 0 ? -id : id);
  if (fault != std::errc{} || end != last || found == token.communities.end()) {
    return malformed("group_id: there is no token for the community `" + std::string{*wanted} +
                     "`; the login named others");
  }
  return found->second;
}

// What a source knows at a time. Shared with the work under way.
class source_state : public std::enable_shared_from_this<source_state> {
 public:
  source_state(std::shared_ptr<const flow> how, source_options options)
      : how_{std::move(how)}, options_{std::move(options)}, current_{options_.first} {}

  // The token, if it can be used as it is.
  [[nodiscard]] std::optional<access_token> usable() const {
    const std::lock_guard lock{mutex_};
    if (!current_ || refused_) return std::nullopt;
    const auto margin = how_->refreshable(*current_) ? refresh_margin(*current_) : duration{};
    if (current_->expired(options_.now() + margin)) return std::nullopt;
    return current_;
  }

  [[nodiscard]] bool renewable() const {
    const std::lock_guard lock{mutex_};
    return current_ && how_->refreshable(*current_);
  }

  // VK refused this one as dead. Nothing happens if another took its place meanwhile.
  void refuse(const secret& dead) {
    const std::lock_guard lock{mutex_};
    if (current_ && current_->text == dead) refused_ = true;
  }

  result<void> replace(const secret& old, secret fresh) {
    const std::lock_guard lock{mutex_};
    if (!current_) return {};
    if (current_->text == old) current_->text = fresh;
    for (auto& [id, token] : current_->communities) {
      if (token == old) token = fresh;
    }
    // Of what VK gives by a validation only the token is known: the store gets it with the rest.
    if (!options_.kept) return {};
    return options_.kept->save(options_.profile, *current_);
  }

  static asio::awaitable<result<access_token>> acquire(std::shared_ptr<source_state> self,
                                                       token_environment with,
                                                       std::shared_ptr<single_flight> flight) {
    if (auto fault = self->read_store()) co_return std::move(*fault);
    if (auto token = self->usable()) co_return std::move(*token);
    // What was got and could not be stored comes first: what it came from may be spent.
    if (auto waiting = self->unsaved()) co_return self->keep(std::move(*waiting));
    auto old = self->current();
    if (!old || !self->how_->refreshable(*old)) {
      auto logging_in = self->how_->log_in(with);
      auto fresh = co_await std::move(logging_in);
      if (!fresh) co_return fresh.error();
      co_return self->keep(std::move(*fresh));
    }
    // A refresh token is spent by its use: what comes back must be kept, whoever waits for it.
    flight->must_finish();
    auto refreshing = refresh(self, std::move(with));
    co_return co_await std::move(refreshing);
  }

 private:
  [[nodiscard]] std::optional<access_token> current() const {
    const std::lock_guard lock{mutex_};
    return current_;
  }

  // The token of another process, or of an earlier run.
  std::optional<error> read_store() {
    if (!options_.kept) return std::nullopt;
    auto loaded = options_.kept->load(options_.profile);
    if (!loaded) return loaded.error();
    const std::lock_guard lock{mutex_};
    if (!*loaded || unsaved_) return std::nullopt;
    if (current_ && same_token(*current_, **loaded)) return std::nullopt;
    current_ = std::move(**loaded);
    refused_ = false;
    return std::nullopt;
  }

  result<access_token> keep(access_token fresh) {
    if (options_.kept) {
      auto saved = options_.kept->save(options_.profile, fresh);
      if (!saved) {
        const std::lock_guard lock{mutex_};
        unsaved_ = std::move(fresh);
        return error{errc::authorization_failed, request_effect::not_sent,
                     "the new token could not be stored, and is not used before it is; the store "
                     "still has the old one: " +
                         saved.error().message()};
      }
    }
    const std::lock_guard lock{mutex_};
    current_ = fresh;
    refused_ = false;
    unsaved_.reset();
    return fresh;
  }

  [[nodiscard]] std::optional<access_token> unsaved() const {
    const std::lock_guard lock{mutex_};
    return unsaved_;
  }

  static asio::awaitable<result<access_token>> refresh(std::shared_ptr<source_state> self,
                                                       token_environment with) {
    std::unique_ptr<store_lock> lock;
    if (self->options_.kept) {
      auto locking = take_lock(self, with.time);
      auto taken = co_await std::move(locking);
      if (!taken) co_return taken.error();
      lock = std::move(*taken);
      // Another process may have been quicker.
      if (auto fault = self->read_store()) co_return std::move(*fault);
      if (auto token = self->usable()) co_return std::move(*token);
    }
    auto refreshing = self->how_->refresh(*self->current(), std::move(with));
    auto fresh = co_await std::move(refreshing);
    if (!fresh) co_return fresh.error();
    co_return self->keep(std::move(*fresh));
  }

  static asio::awaitable<result<std::unique_ptr<store_lock>>> take_lock(
      std::shared_ptr<source_state> self, std::shared_ptr<clock> time) {
    const auto limit = time->now() + lock_patience;
    for (;;) {
      auto lock = self->options_.kept->try_lock(self->options_.profile);
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

  std::shared_ptr<const flow> how_;
  source_options options_;
  mutable std::mutex mutex_;
  std::optional<access_token> current_;
  // Got from VK, and not in the store yet.
  std::optional<access_token> unsaved_;
  // VK refused `current_` as dead.
  bool refused_ = false;
};

class flow_source final : public token_source {
 public:
  flow_source(std::shared_ptr<const flow> how, source_options options)
      : state_{std::make_shared<source_state>(std::move(how), std::move(options))} {}

  [[nodiscard]] std::optional<secret> ready(const request& call) override {
    const auto token = state_->usable();
    if (!token) return std::nullopt;
    auto text = text_for(*token, call);
    // The error is told by `obtain`.
    if (!text) return std::nullopt;
    return std::move(*text);
  }

  [[nodiscard]] asio::awaitable<result<secret>> get(request) override {
    co_return error{errc::authorization_failed, request_effect::not_sent,
                    "a login needs the client's way to VK: call `obtain`"};
  }

  [[nodiscard]] asio::awaitable<result<secret>> obtain(request call,
                                                       token_environment with) override {
    return join(state_, flight_, std::move(call), std::move(with));
  }

  [[nodiscard]] bool renewable(const request&) const override { return state_->renewable(); }

  [[nodiscard]] asio::awaitable<result<secret>> renew(request call, secret refused,
                                                      token_environment with) override {
    state_->refuse(refused);
    return join(state_, flight_, std::move(call), std::move(with));
  }

  result<void> replace(const secret& old, secret fresh) override {
    return state_->replace(old, std::move(fresh));
  }

 private:
  static asio::awaitable<result<secret>> join(std::shared_ptr<source_state> state,
                                              std::shared_ptr<single_flight> flight, request call,
                                              token_environment with) {
    auto token = state->usable();
    if (!token) {
      single_flight::work begun = [state, with, flight] {
        return source_state::acquire(state, with, flight);
      };
      auto joining = single_flight::join(flight, std::move(begun));
      auto got = co_await std::move(joining);
      if (!got) co_return got.error();
      token = std::move(*got);
    }
    co_return text_for(*token, call);
  }

  std::shared_ptr<source_state> state_;
  std::shared_ptr<single_flight> flight_ = std::make_shared<single_flight>();
};

}  // namespace

source_options::source_options() : now{std::chrono::system_clock::now} {}

source_options& source_options::store(std::shared_ptr<token_store> where, std::string name) {
  kept = std::move(where);
  profile = std::move(name);
  return *this;
}

source_options& source_options::token(access_token beginning) {
  first = std::move(beginning);
  return *this;
}

source_options& source_options::wall_clock(std::function<wall_time()> source) {
  now = std::move(source);
  return *this;
}

std::shared_ptr<token_source> make_token_source(std::shared_ptr<const flow> how,
                                                source_options options) {
  return std::make_shared<flow_source>(std::move(how), std::move(options));
}

}  // namespace vkxx::auth
