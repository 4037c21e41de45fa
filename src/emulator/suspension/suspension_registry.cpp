#include "emulator/suspension/suspension_registry.hpp"

namespace vkxx::emulation::detail {

std::optional<suspension_id> suspension_registry::add(std::string_view channel, std::string subject,
                                                      time_point until) {
  std::unique_lock lock{mutex_};
  if (entries_.size() >= limit) {
    ++refused_;
    return std::nullopt;
  }
  const auto id = static_cast<suspension_id>(++last_id_);
  const bool earliest = by_time_.empty() || until < by_time_.begin()->first;
  auto place = channels_.find(channel);
  if (place == channels_.end())
    place = channels_.emplace(std::string{channel}, channel_map::mapped_type{}).first;
  place->second.insert(id);
  by_time_.emplace(until, id);
  entries_.emplace(id, entry{place, until, std::move(subject), {}, {}});
  waiting_.store(by_time_.size());
  if (earliest && earlier_) {
    const auto hook = earlier_;
    lock.unlock();
    hook();
  }
  return id;
}

void suspension_registry::attach(suspension_id id, resume_callback callback) {
  std::optional<wake_cause> woken;
  {
    const std::lock_guard lock{mutex_};
    const auto found = entries_.find(id);
    if (found == entries_.end()) return;
    woken = found->second.woken;
    if (!woken) {
      found->second.callback = std::move(callback);
      return;
    }
    entries_.erase(found);
  }
  callback(*woken);
}

void suspension_registry::forget(suspension_id id) {
  const std::lock_guard lock{mutex_};
  const auto found = entries_.find(id);
  if (found == entries_.end()) return;
  if (!found->second.woken) unlist(id, found->second);
  entries_.erase(found);
}

void suspension_registry::unlist(suspension_id id, const entry& value) {
  by_time_.erase({value.until, id});
  value.channel->second.erase(id);
  if (value.channel->second.empty()) channels_.erase(value.channel);
  waiting_.store(by_time_.size());
}

void suspension_registry::wake_entry(suspension_id id, wake_cause cause, callbacks& woken) {
  const auto found = entries_.find(id);
  unlist(id, found->second);
  if (!found->second.callback) {
    found->second.woken = cause;
    woken.emplace_back(nullptr, cause);
    return;
  }
  woken.emplace_back(std::move(found->second.callback), cause);
  entries_.erase(found);
}

std::size_t suspension_registry::call(const callbacks& woken) {
  for (const auto& [callback, cause] : woken)
    if (callback) callback(cause);
  return woken.size();
}

std::size_t suspension_registry::wake(std::string_view channel) {
  if (waiting_.load() == 0) return 0;
  callbacks woken;
  {
    const std::lock_guard lock{mutex_};
    const auto found = channels_.find(channel);
    if (found == channels_.end()) return 0;
    const auto ids = found->second;
    woken.reserve(ids.size());
    for (const auto id : ids) wake_entry(id, wake_cause::event, woken);
  }
  return call(woken);
}

std::size_t suspension_registry::wake_due(time_point now) {
  callbacks woken;
  {
    const std::lock_guard lock{mutex_};
    while (!by_time_.empty() && by_time_.begin()->first <= now)
      wake_entry(by_time_.begin()->second, wake_cause::time, woken);
  }
  return call(woken);
}

std::size_t suspension_registry::wake_subjects(
    const std::function<bool(std::string_view subject)>& wanted) {
  callbacks woken;
  {
    const std::lock_guard lock{mutex_};
    std::vector<suspension_id> ids;
    for (const auto& [id, value] : entries_)
      if (!value.woken && !value.subject.empty() && wanted(value.subject)) ids.push_back(id);
    for (const auto id : ids) wake_entry(id, wake_cause::fault, woken);
  }
  return call(woken);
}

std::size_t suspension_registry::end_all() {
  callbacks woken;
  {
    const std::lock_guard lock{mutex_};
    while (!by_time_.empty()) wake_entry(by_time_.begin()->second, wake_cause::ended, woken);
  }
  return call(woken);
}

time_point suspension_registry::next_due() const {
  const std::lock_guard lock{mutex_};
  return by_time_.empty() ? no_deadline : by_time_.begin()->first;
}

void suspension_registry::on_earlier(std::function<void()> hook) {
  const std::lock_guard lock{mutex_};
  earlier_ = std::move(hook);
}

std::size_t suspension_registry::size() const {
  const std::lock_guard lock{mutex_};
  return entries_.size();
}

std::uint64_t suspension_registry::refused() const {
  const std::lock_guard lock{mutex_};
  return refused_;
}

}  // namespace vkxx::emulation::detail
