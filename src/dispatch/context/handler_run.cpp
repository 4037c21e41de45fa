#include "dispatch/context/handler_run.hpp"

#include <utility>

namespace vkxx::detail {

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

asio::awaitable<result<std::string>> handler_run::once(
    std::shared_ptr<handler_run> self, std::string key,
    std::function<asio::awaitable<std::string>()> effect) {
  auto& store = *self->environment().store;
  bool known = false;
  {
    const std::lock_guard lock{self->mutex_};
    known = self->values_.has_value();
  }
  if (!known) {
    auto reading = store.row_values(self->row().seq);
    auto values = co_await std::move(reading);
    if (!values) co_return values.error();
    const std::lock_guard lock{self->mutex_};
    if (!self->values_) self->values_ = *std::move(values);
  }
  {
    const std::lock_guard lock{self->mutex_};
    const auto found = self->values_->find(key);
    if (found != self->values_->end()) co_return found->second;
  }
  auto running = effect();
  auto text = co_await std::move(running);
  state_unit unit;
  unit.put_row_value(self->row().seq, key, text);
  auto committing = store.commit(std::move(unit));
  auto committed = co_await std::move(committing);
  if (!committed) co_return committed.error();
  const std::lock_guard lock{self->mutex_};
  self->values_->emplace(std::move(key), text);
  co_return text;
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
