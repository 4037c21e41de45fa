#include "dispatch/context/handler_run.hpp"

#include <utility>

#include <vkxx/core/printable.hpp>

namespace vkxx::detail {
namespace {

constexpr int most_conflicts = 1000;  // of one change

}  // namespace

// While an effect of `once` is under way.
class handler_run::effect_mark {
 public:
  effect_mark(handler_run& run, std::string key) : run_{run}, key_{std::move(key)} {}
  effect_mark(const effect_mark&) = delete;
  effect_mark& operator=(const effect_mark&) = delete;
  ~effect_mark() {
    const std::lock_guard lock{run_.mutex_};
    run_.effects_.erase(key_);
  }

 private:
  handler_run& run_;
  const std::string key_;
};

bool handler_run::bind_lease() {
  auto* const sharing = environment_->store->sharing();
  if (sharing == nullptr) return true;
  lease_ = sharing->lease_of(row_->part);
  return lease_ != 0;
}

std::optional<error> handler_run::obstacle() const {
  const auto refusal = [](const char* why) {
    return error{errc::cancelled, request_effect::not_sent, why};
  };
  if (!environment_->claim->is_last()) {
    return refusal("the handler may do nothing more: another dispatcher uses the store by now");
  }
  auto* const sharing = environment_->store->sharing();
  if (sharing == nullptr || sharing->lease_of(row_->part) == lease_) return std::nullopt;
  return refusal(
      "the handler may do nothing more: its process has lost the part of the inbox with the "
      "update, "
      "and another one may be handling it");
}

std::optional<std::optional<std::string>> handler_run::change_of(const std::string& key) const {
  const std::lock_guard lock{mutex_};
  const auto found = entries_.find(key);
  return found != entries_.end() ? found->second.change : std::nullopt;
}

void handler_run::remember(const std::string& key, std::uint64_t version) {
  const std::lock_guard lock{mutex_};
  auto& some = entries_[key];
  // The first: what was decided then depends on it.
  if (!some.version) some.version = version;
}

asio::awaitable<result<std::optional<std::string>>> handler_run::read(
    std::shared_ptr<handler_run> self, std::string key) {
  if (auto change = self->change_of(key)) co_return *std::move(change);
  auto reading = self->environment().store->read(key);
  auto stored = co_await std::move(reading);
  if (!stored) co_return stored.error();
  self->remember(key, *stored ? (*stored)->version : 0);
  if (!*stored) co_return std::optional<std::string>{};
  co_return std::optional{std::move((*stored)->bytes)};
}

void handler_run::write(std::string key, std::optional<std::string> bytes) {
  const std::lock_guard lock{mutex_};
  if (!closed_) entries_[std::move(key)].change = std::move(bytes);
}

bool handler_run::replace(const std::string& key, const std::optional<std::string>& read,
                          std::string bytes) {
  const std::lock_guard lock{mutex_};
  if (closed_) return true;
  auto& change = entries_[key].change;
  if (change && *change != read) return false;
  change = std::move(bytes);
  return true;
}

void handler_run::schedule(std::string key, wall_time due, std::string value) {
  const std::lock_guard lock{mutex_};
  if (closed_) return;
  state_timer timer{key, row_->share, row_->lane, std::move(value), due};
  timers_[std::move(key)] = std::move(timer);
}

void handler_run::cancel_timer(std::string key) {
  const std::lock_guard lock{mutex_};
  if (!closed_) timers_[std::move(key)] = std::nullopt;
}

void handler_run::fail(std::exception_ptr reason) noexcept {
  const std::lock_guard lock{mutex_};
  if (!failure_) failure_ = std::move(reason);
}

std::exception_ptr handler_run::failure() const noexcept {
  const std::lock_guard lock{mutex_};
  return failure_;
}

asio::awaitable<result<void>> handler_run::read_values(std::shared_ptr<handler_run> self) {
  {
    const std::lock_guard lock{self->mutex_};
    if (self->values_) co_return result<void>{};
  }
  auto reading = self->environment().store->row_values(self->row().seq);
  auto values = co_await std::move(reading);
  if (!values) co_return values.error();
  const std::lock_guard lock{self->mutex_};
  if (!self->values_) self->values_ = *std::move(values);
  co_return result<void>{};
}

asio::awaitable<result<std::optional<std::string>>> handler_run::row_value(
    std::shared_ptr<handler_run> self, std::string name) {
  auto reading = read_values(self);
  const auto known = co_await std::move(reading);
  if (!known) co_return known.error();
  const std::lock_guard lock{self->mutex_};
  const auto found = self->values_->find(name);
  if (found == self->values_->end()) co_return std::optional<std::string>{};
  co_return std::optional{found->second};
}

asio::awaitable<result<std::string>> handler_run::once(
    std::shared_ptr<handler_run> self, std::string key,
    std::function<asio::awaitable<std::string>()> effect) {
  auto reading = read_values(self);
  const auto known = co_await std::move(reading);
  if (!known) co_return known.error();
  if (auto why = self->obstacle()) co_return *std::move(why);
  {
    const std::lock_guard lock{self->mutex_};
    const auto found = self->values_->find(key);
    if (found != self->values_->end()) co_return found->second;
    if (!self->effects_.insert(key).second) {
      co_return error{errc::invalid_argument, request_effect::not_sent,
                      "once: the effect of the key " + printable(key) +
                          " is under way already; await it, or give the other one another key"};
    }
  }
  const effect_mark mark{*self, key};
  auto running = effect();
  auto text = co_await std::move(running);
  {
    // It is done, whatever becomes of the commit: this run and the next one must know.
    const std::lock_guard lock{self->mutex_};
    self->values_->emplace(key, text);
    self->unsaved_.insert(key);
  }
  state_unit unit;
  unit.put_row_value(self->row().seq, key, text);
  auto committing = self->environment().store->commit(std::move(unit));
  const auto committed = co_await std::move(committing);
  if (!committed && committed.error() != errc::state_failed) co_return committed.error();
  const std::lock_guard lock{self->mutex_};
  if (committed) self->unsaved_.erase(key);
  co_return text;
}

state_unit handler_run::unsaved() const {
  const std::lock_guard lock{mutex_};
  state_unit unit;
  for (const auto& key : unsaved_) unit.put_row_value(row_->seq, key, values_->at(key));
  return unit;
}

asio::awaitable<result<std::string>> handler_run::change(
    std::shared_ptr<handler_run> self, std::string key,
    std::function<std::string(std::optional<std::string>)> make) {
  auto& store = *self->environment().store;
  std::string name{"change/"};
  {
    const std::lock_guard lock{self->mutex_};
    name += std::to_string(++self->shared_changes_) + "/" + key;
  }
  auto looking = row_value(self, name);
  const auto before = co_await std::move(looking);
  if (!before) co_return before.error();
  if (*before) co_return **before;
  for (int attempt = 1;; ++attempt) {
    auto reading = store.read(key);
    auto read = co_await std::move(reading);
    if (!read) co_return read.error();
    if (auto why = self->obstacle()) co_return *std::move(why);
    const auto version = *read ? (*read)->version : 0;
    auto bytes = make(*read ? std::optional{std::move((*read)->bytes)} : std::nullopt);
    state_unit unit;
    unit.write(key, bytes, version).put_row_value(self->row().seq, name, bytes);
    auto committing = store.commit(std::move(unit));
    const auto committed = co_await std::move(committing);
    // Each conflict is a change that somebody else has made.
    const bool again = !committed && committed.error() == errc::state_conflict;
    if (again && attempt < most_conflicts) continue;
    if (!committed) co_return committed.error();
    const std::lock_guard lock{self->mutex_};
    self->values_->emplace(std::move(name), bytes);
    co_return bytes;
  }
}

state_unit handler_run::changes() {
  const std::lock_guard lock{mutex_};
  closed_ = true;
  state_unit unit;
  for (const auto& [key, some] : entries_) {
    if (!some.change) continue;
    if (*some.change) {
      unit.write(key, **some.change, some.version);
    } else {
      unit.erase(key, some.version);
    }
  }
  for (const auto& [key, timer] : timers_) {
    if (timer) {
      unit.schedule(*timer);
    } else {
      unit.cancel_timer(key);
    }
  }
  return unit;
}

std::optional<wall_time> handler_run::first_timer() const {
  const std::lock_guard lock{mutex_};
  std::optional<wall_time> first;
  for (const auto& [key, timer] : timers_) {
    if (timer && (!first || timer->due < *first)) first = timer->due;
  }
  return first;
}

}  // namespace vkxx::detail
