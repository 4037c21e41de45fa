#include "dialogues/run/frame_cache.hpp"

namespace vkxx::detail {

// Frames are dropped with the lock open: they run destructors of the program.
void frame_cache::put(const std::string& key, std::string bytes, frame_owner frame) {
  entries dropped;
  const std::lock_guard lock{mutex_};
  if (const auto found = places_.find(key); found != places_.end()) {
    dropped.splice(dropped.end(), entries_, found->second);
    places_.erase(found);
  }
  entries_.push_front(entry{key, std::move(bytes), std::move(frame)});
  places_[key] = entries_.begin();
  while (entries_.size() > limit_) {
    const auto last = std::prev(entries_.end());
    places_.erase(last->key);
    dropped.splice(dropped.end(), entries_, last);
  }
}

frame_owner frame_cache::take(const std::string& key, const std::string& bytes) {
  entries taken;
  {
    const std::lock_guard lock{mutex_};
    const auto found = places_.find(key);
    if (found == places_.end()) return {};
    taken.splice(taken.end(), entries_, found->second);
    places_.erase(found);
  }
  if (taken.front().bytes != bytes) return {};
  return std::move(taken.front().frame);
}

void frame_cache::drop(const std::string& key) {
  static_cast<void>(take(key, {}));
}

void frame_cache::clear() noexcept {
  entries dropped;
  const std::lock_guard lock{mutex_};
  places_.clear();
  dropped.swap(entries_);
}

std::size_t frame_cache::size() const {
  const std::lock_guard lock{mutex_};
  return entries_.size();
}

}  // namespace vkxx::detail
